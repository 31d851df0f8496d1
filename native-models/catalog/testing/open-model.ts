import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OpenModel, ValueDescription } from '../import/opened-model.ts';

/** ONNX Runtime itself, on the CPU. */
export const openWithRuntime: OpenModel = async (bytes) => {
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    run: async (inputs) => {
      const feeds = Object.entries(inputs).map(
        ([name, { dims, data }]) => [name, new Tensor('float32', data, dims)] as const,
      );
      const results = Object.entries(await session.run(Object.fromEntries(feeds)));
      return Object.fromEntries(
        results.map(([name, { dims, data }]) => [name, { dims, data: data as Float32Array }]),
      );
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
};

function describe(value: InferenceSession.ValueMetadata): ValueDescription {
  if (!value.isTensor) return { name: value.name, type: 'sequence', dims: [] };
  return { name: value.name, type: value.type, dims: value.shape };
}
