/**
 * About how many bytes a value takes that came as a structured clone: bytes and characters, and
 * something for every other part. Counting ends at `limit`, and loops end by themselves.
 */
export function weightOf(value: unknown, limit: number): number {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  let bytes = 0;
  while (waiting.length > 0 && bytes <= limit) {
    const part = waiting.pop();
    bytes += 8;
    if (typeof part === 'string') bytes += part.length;
    else if (ArrayBuffer.isView(part)) bytes += part.buffer.byteLength;
    else if (part instanceof ArrayBuffer) bytes += part.byteLength;
    else if (typeof part === 'object' && part !== null && !seen.has(part)) {
      seen.add(part);
      for (const inner of partsOf(part)) waiting.push(inner);
    }
  }
  return bytes;
}

function partsOf(part: object): readonly unknown[] {
  if (part instanceof Map)
    return [...(part.keys() as Iterable<unknown>), ...(part.values() as Iterable<unknown>)];
  if (part instanceof Set) return [...(part as Set<unknown>)];
  return Object.entries(part).flat() as unknown[];
}

/**
 * The same value with bytes of their own: a view would be cloned together with everything else
 * that lies in its buffer.
 */
export function compact<T>(value: T): T {
  if (ArrayBuffer.isView(value) && value instanceof Uint8Array)
    return new Uint8Array(value) as unknown as T;
  if (Array.isArray(value)) return value.map(compact) as unknown as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, compact(inner as unknown)]),
  ) as T;
}
