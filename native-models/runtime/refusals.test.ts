import { expect, it } from 'vitest';
import { refusalInWords } from './refusals.ts';

/** As ONNX Runtime 1.30 says them. */
const SOURCE =
  '/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::ModelOptions&)';

it.each([
  [
    `${SOURCE} Unsupported model IR version: 99, max supported IR version: 13\n`,
    /^it is written in version 99 of the ONNX format, .* up to 13\. /u,
  ],
  [
    '/onnxruntime_src/onnxruntime/core/graph/model_load_utils.h:46 void onnxruntime::model_load_utils::ValidateOpsetForDomain(const std::unordered_map<std::__cxx11::basic_string<char>, int>&, int) ONNX Runtime only *guarantees* support for models stamped with official released onnx opset versions. Opset 99 is under development and support for this is limited. Current official support for domain ai.onnx is till opset 26.\n',
    /^it uses operator set 99, .* up to 26\. /u,
  ],
  [
    'Failed to load model because protobuf parsing failed.',
    /^it is cut off or damaged, or it is no ONNX file$/u,
  ],
  [
    "Non-zero status code returned while running Gemm node. Name:'fc' Status Message: GEMM: Dimension mismatch, W: {512,32} K: 64 N:512",
    /^the node fc \(Gemm\): GEMM: Dimension mismatch, W: \{512,32\} K: 64 N:512$/u,
  ],
  [
    "Non-zero status code returned while running Conv node. Name:'conv1' Status Message: " +
      '/onnxruntime_src/onnxruntime/core/providers/cpu/nn/conv_attributes.h:58 ' +
      'Status onnxruntime::ConvAttributes::ValidateInputShape(const TensorShapeVector&, int) const ' +
      'Input channels C is not equal to kernel channels.',
    /^the node conv1 \(Conv\): Input channels C is not equal to kernel channels$/u,
  ],
  [`${SOURCE} Something nobody has seen.`, /^Something nobody has seen$/u],
])('%#', (message, expected) => {
  expect(refusalInWords(message)).toMatch(expected);
  expect(refusalInWords(message)).not.toMatch(/onnxruntime::|_src\/|\.cc:/u);
});
