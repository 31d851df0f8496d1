/** The number of insertions, deletions and replacements that turn `a` into `b` (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  const letters = Array.from(b);
  let row = Array.from({ length: letters.length + 1 }, (_, i) => i);
  for (const letter of a) row = nextRow(row, letter, letters);
  return row.at(-1)!;
}

function nextRow(above: readonly number[], letter: string, letters: readonly string[]): number[] {
  const row = [above[0]! + 1];
  letters.forEach((other, i) => {
    const replaced = above[i]! + (other === letter ? 0 : 1);
    row.push(Math.min(replaced, above[i + 1]! + 1, row[i]! + 1));
  });
  return row;
}
