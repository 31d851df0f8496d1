/**
 * RFC 4180: lines end in CRLF, fields with separators, quotes or line breaks are quoted. A field
 * that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises: names
 * come from whoever typed them.
 */
export const toCsv = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
