import { describe, expect, test } from 'vitest';
import { added, begun, extended, replay, undone, type MaskActions } from './mask-paint.ts';

const brush = { radius: 0.05, erase: false };

describe('what is done to a mask', () => {
  test('a stroke grows with the pointer and is undone as a whole', () => {
    const first = begun([], [0.1, 0.1], brush);
    const stroke = extended(extended(first, [0.2, 0.1]), [0.3, 0.2]);
    expect(stroke).toEqual([
      {
        kind: 'stroke',
        points: [
          [0.1, 0.1],
          [0.2, 0.1],
          [0.3, 0.2],
        ],
        ...brush,
      },
    ]);
    expect(undone(stroke)).toEqual([]);
  });

  test('inverting twice changes nothing; clearing can be undone', () => {
    const stroke = begun([], [0.5, 0.5], brush);
    expect(added(added(stroke, 'invert'), 'invert')).toEqual(stroke);
    const cleared = added(stroke, 'clear');
    expect(added(cleared, 'clear')).toEqual(cleared);
    expect(undone(cleared)).toEqual(stroke);
  });

  test('nothing is extended where no stroke was begun', () => {
    expect(extended(added([], 'invert'), [0, 0])).toEqual([{ kind: 'invert' }]);
  });
});

describe('replaying', () => {
  /** Writes down what it is told. */
  function notebook() {
    const lines: string[] = [];
    const note = (what: string) => (): void => void lines.push(what);
    const context = {
      canvas: { width: 200, height: 100 },
      ...{ beginPath: note('begin'), clearRect: note('clear') },
      ...{ lineCap: 'butt' as CanvasLineCap, lineJoin: 'miter' as CanvasLineJoin, lineWidth: 1 },
      globalCompositeOperation: 'source-over' as GlobalCompositeOperation,
      moveTo: (x: number, y: number) => void lines.push(`from ${x},${y}`),
      lineTo: (x: number, y: number) => void lines.push(`to ${x},${y}`),
      fillRect: () => void lines.push(`fill ${context.globalCompositeOperation}`),
      stroke: () =>
        void lines.push(`stroke ${context.lineWidth} ${context.globalCompositeOperation}`),
    };
    return { context, lines };
  }

  test('strokes are measured in the photo, whatever its size on the screen', () => {
    const actions: MaskActions = begun(begun([], [0.5, 0.5], brush), [0.1, 0.2], {
      ...{ radius: 0.1, erase: true },
    });
    const { context, lines } = notebook();
    replay(context, extended(actions, [0.2, 0.2]));
    expect(lines).toEqual([
      ...['begin', 'from 100,50', 'to 100.01,50', 'stroke 20 source-over'],
      ...['begin', 'from 20,20', 'to 40,20', 'stroke 40 destination-out'],
    ]);
    expect(context.globalCompositeOperation).toBe('source-over');
  });

  test('inverting fills what is empty and empties what is full', () => {
    const { context, lines } = notebook();
    replay(context, added(added([], 'clear'), 'invert'));
    expect(lines).toEqual(['clear', 'fill source-out']);
  });
});
