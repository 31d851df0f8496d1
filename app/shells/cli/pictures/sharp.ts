/**
 * A bundle hoists static imports of packages that it leaves outside, and then every command would
 * load sharp (0.1 s) before it can say a word.
 */
export const loadSharp = async () => (await import('sharp')).default;
