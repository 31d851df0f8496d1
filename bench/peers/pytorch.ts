import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../measure/product.ts';

const run = promisify(execFile);
/** Answers of PyTorch's side may list a loss per step; a task is a few kilobytes. */
const LONGEST_ANSWER = 1e6;

/** Whether a Python that has PyTorch is there, such as Debian's python3-torch. */
export async function findPyTorch(): Promise<string | null> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const found = await run(python, ['-c', 'import torch']).then(
      () => true,
      () => false,
    );
    if (found) return python;
  }
  return null;
}

/**
 * Runs a script of this folder on a task.
 *
 * @param tensors what it finds as `tensors.f32` beside the task.
 * @returns what it prints, as it is.
 */
export async function askPyTorch(
  python: string,
  script: string,
  task: object,
  tensors: Float32Array<ArrayBuffer> = new Float32Array(),
): Promise<unknown> {
  const folder = await mkdtemp(path.join(tmpdir(), 'likeness-torch-'));
  try {
    const config = path.join(folder, 'task.json');
    await writeFile(config, JSON.stringify(task));
    await writeFile(path.join(folder, 'tensors.f32'), tensors);
    const file = path.join(repository, 'bench', 'peers', script);
    const { stdout } = await run(python, [file, config], { maxBuffer: LONGEST_ANSWER });
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
