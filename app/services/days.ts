/** YYYY-MM-DD in the machine's own time zone: the day as people here call it. */
export function localDay(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return [
    String(time.getFullYear()).padStart(4, '0'),
    two(time.getMonth() + 1),
    two(time.getDate()),
  ].join('-');
}
