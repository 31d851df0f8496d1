/** YYYY-MM-DD of a moment in the machine's own time zone, some days later or earlier. */
export function dayOf(moment: Date, offset = 0): string {
  const day = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + offset);
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  return `${part(day.getFullYear(), 4)}-${part(day.getMonth() + 1, 2)}-${part(day.getDate(), 2)}`;
}
