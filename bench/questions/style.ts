import { Runtime } from '../../native-models/runtime/runtime.ts';
import { defaultThreads } from '../../native-models/runtime/session.ts';
import type { StyleEncoder } from '../../native-models/style/encoder.ts';
import { recipeFor } from '../../native-models/style/painter.ts';
import { loadFilterBank, loadVgg19 } from '../data/style-encoders.ts';
import { paintingStep } from '../measure/painting-step.ts';
import { gflops, machineWorkloads } from '../measure/peak.ts';
import { interleave, median } from '../measure/timing.ts';
import { timeStyle } from '../peers/pytorch-style.ts';
import { findPyTorch } from '../peers/pytorch.ts';
import type { Answer } from './question.ts';

const ROUNDS = 5;
const PEER_RUNS = 3;
const SIZES = [256, 512] as const;

type Seconds = Readonly<Record<(typeof SIZES)[number], number>>;

interface Speed {
  readonly secondsPerStep: Seconds;
  /** Of the steps at 512 pixels, whole steps, all that is not the graph included. */
  readonly gflops: number;
  readonly peakShare: number;
  readonly optimizerShare: number;
}

/** How fast a painting is made, beside what the machine can do and beside PyTorch. */
export async function measureStyle(): Promise<Answer> {
  const encoder = await loadVgg19();
  const vgg19 = encoder === null ? null : await speedOf('VGG-19', encoder);
  const filterBank = await speedOf('Filter bank', await loadFilterBank());
  const peer = encoder === null ? null : await compareWithPyTorch(encoder);
  const figures = {
    secondsPerStep: {
      vgg19: vgg19?.secondsPerStep ?? null,
      filterBank: filterBank.secondsPerStep,
    },
    peakShare: vgg19?.peakShare ?? null,
    speedupOverPyTorch: peer?.speedup ?? null,
    optimizerShare: (vgg19 ?? filterBank).optimizerShare,
    gflops: { vgg19: vgg19?.gflops ?? null, filterBank: filterBank.gflops },
    pyTorchSecondsPerStep: peer?.seconds ?? null,
    threads: defaultThreads(),
  };
  const lines = [
    ...(vgg19 === null ? ['VGG-19: not measured, its files are not there'] : say('VGG-19', vgg19)),
    ...say('Filter bank', filterBank),
    peer === null
      ? 'PyTorch: not measured, python3 cannot import torch'
      : `PyTorch, VGG-19 at 512: ${peer.seconds.toFixed(2)} s per step, ${peer.speedup.toFixed(1)} times ours`,
  ];
  return { figures, lines };
}

/** Steps and the machine's own speed in turns, so that whatever else it does meets both alike. */
async function speedOf(name: string, encoder: StyleEncoder): Promise<Speed> {
  const runtime = new Runtime({ provider: 'cpu' });
  const { matMul, convolution } = await machineWorkloads(runtime);
  const [small, large] = [await paintingStep(encoder, 256), await paintingStep(encoder, 512)];
  const timed = await interleave(
    { matMul: matMul.run, convolution: convolution.run, small: small.run, large: large.run },
    ROUNDS,
  );
  await Promise.all([small.dispose(), large.dispose()]);
  const peak = Math.max(
    gflops(matMul, timed.matMul.times),
    gflops(convolution, timed.convolution.times),
  );
  const step = median(timed.large.times);
  const reached = gflops(large, timed.large.times);
  const speed = {
    secondsPerStep: { 256: median(timed.small.times) / 1000, 512: step / 1000 },
    gflops: reached,
    peakShare: reached / peak,
    optimizerShare: large.outsideShare(),
  };
  // On a busy machine PyTorch takes minutes: what is known is shown before.
  process.stderr.write(`${say(name, speed).join('\n')}\n`);
  return speed;
}

function say(name: string, { secondsPerStep, ...speed }: Speed): readonly string[] {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return SIZES.map(
    (size) => `${name} at ${size}: ${secondsPerStep[size].toFixed(3)} s per step`,
  ).with(
    1,
    `${name} at 512: ${secondsPerStep[512].toFixed(3)} s per step, ${speed.gflops.toFixed(0)} GFLOP/s, ` +
      `${percent(speed.peakShare)} of the machine's float32 peak; ${percent(speed.optimizerShare)} outside the graph`,
  );
}

/** The same network, losses, size and threads; ours before and after, so that both meet one machine. */
async function compareWithPyTorch(
  encoder: StyleEncoder,
): Promise<{ readonly seconds: number; readonly speedup: number } | null> {
  const python = await findPyTorch();
  if (python === null) return null;
  const ours = await paintingStep(encoder, 512);
  const times: number[] = [];
  const run = async () => {
    const began = performance.now();
    await ours.run();
    times.push((performance.now() - began) / 1000);
  };
  await ours.run();
  for (let i = 0; i < PEER_RUNS; i++) await run();
  const peer = await timeStyle(python, taskOf(encoder));
  for (let i = 0; i < PEER_RUNS; i++) await run();
  await ours.dispose();
  return { seconds: median(peer), speedup: median(peer) / median(times) };
}

function taskOf(encoder: StyleEncoder) {
  const { layers } = encoder.manifest.task;
  const recipe = recipeFor(encoder, { styleStrength: 1 });
  const indexOf = (name: string) => layers.findIndex(({ output }) => output === name);
  const strides = [...new Set(layers.map(({ stride }) => stride))];
  return {
    channels: strides.map((stride) =>
      layers.filter((layer) => layer.stride === stride).map(({ channels }) => channels),
    ),
    styleLayers: recipe.styleLayers.map(({ layer }) => indexOf(layer)),
    contentLayer: indexOf(recipe.contentLayer),
    width: 512,
    height: 512,
    threads: defaultThreads(),
    runs: PEER_RUNS,
  };
}
