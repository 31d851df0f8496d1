import { expect, test } from 'vitest';
import { edgesOf, reduced } from './draw.mjs';

test('rooms and arrows are read from what dependency-cruiser draws', () => {
  const mermaid = 'flowchart LR\n\n0["app"]\n1["db"]\n0-->1\n';
  expect(edgesOf(mermaid)).toEqual([['app', 'db']]);
});

test('an arrow that a longer way says as well is left out, every other stays', () => {
  const edges = [
    ['app', 'contract'],
    ['app', 'db'],
    ['db', 'contract'],
    ['app', 'foundation'],
    ['db', 'foundation'],
    ['foundation', 'contract'],
  ];
  expect(reduced(edges)).toEqual([
    ['app', 'db'],
    ['db', 'foundation'],
    ['foundation', 'contract'],
  ]);
});
