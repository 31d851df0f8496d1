import './no-telemetry.ts';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { providerNames, type Provider, type ProviderChoice } from '../../contract/values.ts';

/** ONNX Runtime's names of execution providers. */
const runtimeNames: Readonly<Record<Provider, string>> = {
  cpu: 'cpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
  webgpu: 'webgpu',
};

/** ONNX Runtime's own version, for people. */
export const runtimeVersion = `ONNX Runtime ${env.versions.node ?? env.versions.common}`;

export const runtimeName = (provider: Provider): string => runtimeNames[provider];

/** How people know them. */
export const providerTitles: Readonly<Record<Provider, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  directml: 'DirectML',
  coreml: 'Core ML',
  webgpu: 'WebGPU',
};

/** What the platform's native library was built with, the CPU first; it may still fail to start. */
export function builtInProviders(): readonly Provider[] {
  const built = new Set(listSupportedBackends().map(({ name }) => name));
  return providerNames.filter((provider) => built.has(runtimeNames[provider]));
}

/**
 * The provider that a choice stands for. `auto`: DirectML on Windows, Core ML on macOS, CUDA on
 * Linux where its libraries are, else the CPU. WebGPU only runs when asked for: where no graphics
 * card is, it starts on a software rasterizer that is slower than the CPU provider.
 */
export function resolveProvider(
  choice: ProviderChoice,
  platform: NodeJS.Platform = process.platform,
  hasCuda: () => boolean = cudaLibraryExists,
): Provider {
  if (choice !== 'auto') return choice;
  if (platform === 'win32') return 'directml';
  if (platform === 'darwin') return 'coreml';
  return platform === 'linux' && hasCuda() ? 'cuda' : 'cpu';
}

/** The npm package leaves the CUDA libraries out; a user may have put them beside the others. */
function cudaLibraryExists(): boolean {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = join(dirname(entry), '../bin/napi-v6', process.platform, process.arch);
  return existsSync(join(folder, 'libonnxruntime_providers_cuda.so'));
}
