/**
 * From 1.29 on the native library reports every session to its makers (a device id, the models' names and
 * hashes, timings) on Linux and macOS, and queues reports on disk where it is offline. Nothing may leave this
 * machine, so it is told not to before the first session: the variable is read when the library starts up,
 * which happens then, and holds for the life of the process.
 *
 * On Windows the library writes to the system's own trace instead; what leaves is the user's choice there.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
