/** Shares of the width and of the height of the photo. */
export type SharePoint = readonly [x: number, y: number];

/** One thing that was done to a mask. */
export type MaskAction =
  | {
      readonly kind: 'stroke';
      readonly points: readonly SharePoint[];
      /** Share of the longer side of the photo. */
      readonly radius: number;
      readonly erase: boolean;
    }
  | { readonly kind: 'invert' }
  | { readonly kind: 'clear' };

/** What was done to a mask, in its order: what is painted is what remains after all of it. */
export type MaskActions = readonly MaskAction[];

/** A stroke begins. */
export const begun = (
  actions: MaskActions,
  point: SharePoint,
  brush: { readonly radius: number; readonly erase: boolean },
): MaskActions => [...actions, { kind: 'stroke', points: [point], ...brush }];

/** The last stroke goes on to a point. */
export function extended(actions: MaskActions, point: SharePoint): MaskActions {
  const last = actions.at(-1);
  if (last?.kind !== 'stroke') return actions;
  return [...actions.slice(0, -1), { ...last, points: [...last.points, point] }];
}

/** Without the last thing that was done. */
export const undone = (actions: MaskActions): MaskActions => actions.slice(0, -1);

/** Inverting twice is as if nothing had been done; to clear twice is to clear once. */
export function added(actions: MaskActions, kind: 'invert' | 'clear'): MaskActions {
  const last = actions.at(-1)?.kind;
  if (kind === last) return kind === 'invert' ? undone(actions) : actions;
  return [...actions, { kind }];
}

/** What a canvas offers that a mask is painted with: its opacity is the mask. */
export type MaskCanvas = Pick<
  CanvasRenderingContext2D,
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'stroke'
  | 'fillRect'
  | 'clearRect'
  | 'globalCompositeOperation'
  | 'lineCap'
  | 'lineJoin'
  | 'lineWidth'
> & { readonly canvas: { readonly width: number; readonly height: number } };

/** Does to a canvas what was done to the mask. */
export function replay(context: MaskCanvas, actions: MaskActions): void {
  for (const action of actions) play(context, action);
}

/** Pixels. */
const DOT = 0.01;

function play(context: MaskCanvas, action: MaskAction): void {
  const { width, height } = context.canvas;
  switch (action.kind) {
    case 'clear':
      context.clearRect(0, 0, width, height);
      return;
    case 'invert':
      // Full where nothing was, and nothing where it was full.
      context.globalCompositeOperation = 'source-out';
      context.fillRect(0, 0, width, height);
      break;
    case 'stroke': {
      const [[x, y], ...more] = action.points as [SharePoint, ...SharePoint[]];
      context.globalCompositeOperation = action.erase ? 'destination-out' : 'source-over';
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.lineWidth = 2 * action.radius * Math.max(width, height);
      context.beginPath();
      context.moveTo(x * width, y * height);
      // A line to its own beginning draws nothing; the shortest there is, is a dot.
      if (more.length === 0) context.lineTo(x * width + DOT, y * height);
      for (const [px, py] of more) context.lineTo(px * width, py * height);
      context.stroke();
    }
  }
  context.globalCompositeOperation = 'source-over';
}
