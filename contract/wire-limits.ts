/**
 * What a message to the shell may hold, over the Electron bridge, the WebSocket and REST. Without
 * the schemas of wire.ts, as the preload counts by it too.
 */
export const wireLimits = {
  /** Bytes of one message to the shell. */
  messageBytes: 64 * 1024 * 1024,
  /** Values of one message: members of lists and objects, and their keys. Photos are one each. */
  values: 20_000,
  /** Lists and objects within each other. */
  depth: 64,
  /** Bytes of all texts of one message together; bytes, and base64 in their place, are not texts. */
  textBytes: 1024 * 1024,
  /** Bytes of all requests of one window that are not answered yet. */
  bytesInFlight: 256 * 1024 * 1024,
  /** Requests of one window that are not answered yet; one more is refused with `too_many_requests`. */
  inFlight: 64,
} as const;
