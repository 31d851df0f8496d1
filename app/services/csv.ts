/**
 * RFC 4180: lines end in CRLF, fields with separators, quotes or line breaks are quoted. A field
 * that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises: names
 * come from whoever typed them. Where there is more than ASCII, a byte order mark comes first:
 * without it Excel takes UTF-8 for the code page of the machine.
 */
export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  const text = rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
  return /^\p{ASCII}*$/u.test(text) ? text : `\uFEFF${text}`;
}

function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
