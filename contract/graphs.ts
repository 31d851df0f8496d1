import { z } from 'zod';
import { command } from './command.ts';
import { ReadableFile } from './places.ts';

/** Numbers for the open dimensions of a graph, such as `{ height: 512 }`. */
const Sizes = z.record(z.string(), z.int().positive()).default({});

const GraphValue = z.object({
  name: z.string(),
  type: z.string(),
  shape: z.array(z.union([z.int(), z.string()])),
});

export const GraphReport = z.object({
  name: z.string(),
  /** One line per input, constant, node and output. */
  text: z.string(),
  inputs: z.array(GraphValue),
  outputs: z.array(GraphValue),
  nodes: z.int(),
  /** Floating-point values of the constants. */
  parameters: z.int(),
  /** What must be given in `sizes` before the rest can be counted. */
  openDimensions: z.array(z.string()),
  /** Sizes that the graph was read at because it does not fit every size. */
  assumed: z.record(z.string(), z.int()),
  /** 2 per multiply-accumulate of convolutions and matrix products, for one run. */
  flops: z.number().nullable(),
  /** The most bytes of inputs and computed values that exist at once. */
  activationBytes: z.number().nullable(),
});
export type GraphReport = z.infer<typeof GraphReport>;

/** ONNX graphs as text, and their gradients. */
export const graphCommands = {
  'graph.show': command({
    summary: 'Print an ONNX file as text and count what it costs to run',
    input: z.object({ file: ReadableFile, sizes: Sizes }),
    output: GraphReport,
    callers: ['program'],
  }),
  'graph.grad': command({
    summary: 'Print the graph that computes the gradient of an ONNX file',
    input: z.object({
      file: ReadableFile,
      /** An output; may be left out where there is only one. */
      loss: z.string().optional(),
      /** Inputs, constants or computed values; all real-valued inputs if absent. */
      variables: z.array(z.string()).min(1).max(1000).optional(),
      sizes: Sizes,
    }),
    output: GraphReport.extend({
      loss: z.string(),
      variables: z.array(z.string()),
      /**
       * The additional input that takes the gradient of a scalar by `loss`; null where `loss` is a
       * scalar itself.
       */
      seed: z.string().nullable(),
    }),
    callers: ['program'],
  }),
} as const;
