import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../measure/product.ts';

const run = promisify(execFile);
const script = path.join(repository, 'bench', 'peers', 'pytorch_style.py');

/** The same network and losses as ours; layers are counted from zero. */
export interface PyTorchTask {
  /** Output channels of the convolutions, block by block. */
  readonly channels: readonly (readonly number[])[];
  readonly styleLayers: readonly number[];
  readonly contentLayer: number;
  readonly width: number;
  readonly height: number;
  readonly threads: number;
  readonly runs: number;
}

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

/** Seconds of each step: losses and gradient by the picture. */
export async function timePyTorch(python: string, task: PyTorchTask): Promise<readonly number[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'likeness-torch-'));
  try {
    const config = path.join(folder, 'task.json');
    await writeFile(config, JSON.stringify(task));
    const { stdout } = await run(python, [script, config]);
    return (JSON.parse(stdout) as { readonly seconds: readonly number[] }).seconds;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
