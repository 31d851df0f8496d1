import type { HostConfiguration } from '../../contract/host.ts';

/**
 * glibc learns from every large block that is freed to keep the next ones, and keeps more for every
 * thread; in the end it holds a quarter more than is used. Fixed thresholds and one arena end that.
 * Much smaller thresholds cost faces far more than they save: with 128 KiB every tensor is mapped
 * and cleared anew, and a frame takes more than twice as long. Paintings keep their tensors from
 * step to step: there a smaller one costs nothing measurable, and former sizes leave fewer pieces
 * behind. Other systems pass over these variables.
 */
const givesMemoryBack = (role: HostConfiguration['role']) => ({
  MALLOC_TRIM_THRESHOLD_: String(8 * 2 ** 20),
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: String((role === 'studio' ? 4 : 16) * 2 ** 20),
});

/**
 * A network is a few hundred blocks of megabytes, and the first touch of each of their 4 KiB pages is a
 * fault. In pages of 2 MiB a cold start takes half the time (1.1 s instead of 2.0 s to recognize a photo).
 * Paintings stay with small pages: their memory is predicted to the megabyte. glibc from 2.35 on reads it;
 * what the user has tuned otherwise is kept.
 */
function hugePages(role: HostConfiguration['role']): NodeJS.ProcessEnv {
  const tuned = process.env['GLIBC_TUNABLES'] ?? '';
  if (role === 'studio' || tuned.includes('glibc.malloc.hugetlb')) return {};
  return { GLIBC_TUNABLES: [tuned, 'glibc.malloc.hugetlb=1'].filter(Boolean).join(':') };
}

/** What every launcher starts a host with: this process's variables, and how its memory is kept. */
export const hostEnvironment = (role: HostConfiguration['role']): NodeJS.ProcessEnv => ({
  ...process.env,
  ...givesMemoryBack(role),
  ...hugePages(role),
});
