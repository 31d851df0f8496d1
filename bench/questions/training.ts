import { Runtime } from '../../native-models/runtime/runtime.ts';
import { defaultThreads } from '../../native-models/runtime/session.ts';
import { BATCH, fineTuning, type FineTuning } from '../measure/fine-tuning.ts';
import { gflops, machineWorkloads } from '../measure/peak.ts';
import { interleave, median } from '../measure/timing.ts';
import { timeTraining } from '../peers/pytorch-training.ts';
import { findPyTorch } from '../peers/pytorch.ts';
import type { Answer } from './question.ts';

const ROUNDS = 7;
const PEER_RUNS = 5;
/** The encoder and the frozen layers of docs/training.md, "A bad camera". */
const MODEL = 'encoder-likeness';
const FREEZE = ['conv32_', 'conv64_'];
/** First losses further apart are no rounding: the two would not train the same network. */
const SAME_LOSS = 1e-3;

interface Peer {
  readonly seconds: number;
  readonly speedup: number;
  /** Relative difference of the losses before the first step. */
  readonly lossDifference: number;
}

/** How fast an encoder is fine-tuned, beside what the machine can do and beside PyTorch. */
export async function measureTraining(): Promise<Answer> {
  const runtime = new Runtime({ provider: 'cpu' });
  const { matMul, convolution } = await machineWorkloads(runtime);
  const ours = await fineTuning(runtime, MODEL, FREEZE);
  const firstLoss = await ours.step();
  const timed = await interleave(
    { matMul: matMul.run, convolution: convolution.run, step: ours.step },
    ROUNDS,
  );
  const peak = Math.max(
    gflops(matMul, timed.matMul.times),
    gflops(convolution, timed.convolution.times),
  );
  const reached = gflops(ours, timed.step.times);
  const secondsPerStep = median(timed.step.times) / 1000;
  const peer = await compareWithPyTorch(ours, firstLoss);
  await ours.dispose();
  const figures = {
    model: MODEL,
    freeze: FREEZE,
    batch: BATCH,
    secondsPerStep,
    gflops: reached,
    peakShare: reached / peak,
    threads: defaultThreads(),
    facesPerSecond: BATCH / secondsPerStep,
    speedupOverPyTorch: peer?.speedup ?? null,
    pyTorchSecondsPerStep: peer?.seconds ?? null,
    lossDifference: peer?.lossDifference ?? null,
  };
  const share = `${((100 * reached) / peak).toFixed(0)} % of the machine's float32 peak`;
  return {
    figures,
    lines: [
      `Fine-tuning of ${MODEL} without ${FREEZE.join(', ')}: ${secondsPerStep.toFixed(3)} s per step of ` +
        `${BATCH} faces, ${reached.toFixed(0)} GFLOP/s, ${share}`,
      peer === null
        ? 'PyTorch: not measured, python3 cannot import torch'
        : `PyTorch, the same network and batch: ${peer.seconds.toFixed(3)} s per step, ` +
          `${peer.speedup.toFixed(2)} times ours; first losses differ by ${peer.lossDifference.toExponential(0)}`,
    ],
  };
}

/** Ours before and after, so that both meet one machine. */
async function compareWithPyTorch(ours: FineTuning, firstLoss: number): Promise<Peer | null> {
  const python = await findPyTorch();
  if (python === null) return null;
  const times: number[] = [];
  const run = async () => {
    const began = performance.now();
    await ours.step();
    times.push((performance.now() - began) / 1000);
  };
  for (let i = 0; i < PEER_RUNS; i++) await run();
  const peer = await timeTraining(python, ours, { threads: defaultThreads(), runs: PEER_RUNS });
  for (let i = 0; i < PEER_RUNS; i++) await run();
  const lossDifference = Math.abs(peer.losses[0]! / firstLoss - 1);
  if (!(lossDifference < SAME_LOSS))
    throw new Error(`PyTorch's first loss is ${peer.losses[0]}, ours is ${firstLoss}.`);
  const seconds = median(peer.seconds);
  return { seconds, speedup: seconds / median(times), lossDifference };
}
