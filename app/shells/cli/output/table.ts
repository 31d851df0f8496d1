import stringWidth from 'string-width';

export type Align = 'left' | 'right';

const GAP = '  ';

/** Rows of cells as aligned lines; cells may be colored and hold wide characters. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[] = []): string {
  const widths = columnWidths(rows);
  return rows
    .map((row) => row.map((cell, i) => pad(cell, widths[i] ?? 0, align[i] ?? 'left')))
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n');
}

export const indent = (text: string, by = 2) => text.replace(/^(?=.)/gmu, ' '.repeat(by));

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))),
  );
}

function pad(cell: string, width: number, align: Align): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(cell)));
  return align === 'right' ? space + cell : cell + space;
}
