import { z } from 'zod';

/**
 * What a model file is and how to feed it. One manifest lies beside each ONNX file, as
 * `<id>.json` beside `<id>.onnx`; `likeness models import` takes the same form.
 */

const Triple = z.tuple([z.number(), z.number(), z.number()]);

/** fed value = (pixel − mean) / std, per channel in the given order, pixels 0…255. */
const Input = z.strictObject({
  name: z.string().min(1),
  layout: z.enum(['NCHW', 'NHWC']),
  channels: z.enum(['RGB', 'BGR']),
  width: z.int().positive(),
  height: z.int().positive(),
  /** Where the network is fully convolutional: any multiple of this many pixels is fine. */
  multipleOf: z.int().positive().optional(),
  mean: Triple,
  std: Triple,
  /** The first dimension may be larger than one. */
  dynamicBatch: z.boolean(),
});

/** Grid of anchors × (x, y, w, h, score) logits, as YOLO 9000 (Redmon & Farhadi 2016) has it. */
const YoloGrid = z.strictObject({
  kind: z.literal('yolo-grid'),
  /** float32[N, H/stride, W/stride, anchors · 5]. */
  output: z.string().min(1),
  stride: z.int().positive(),
  /** (width, height) in grid cells. */
  anchors: z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1),
});

/** Boxes and scores computed by the graph. */
const BoxesScores = z.strictObject({
  kind: z.literal('boxes-scores'),
  /** float32[N, boxes, 4] or [boxes, 4]. */
  boxes: z.string().min(1),
  /** float32[N, boxes] or [boxes] or [N, boxes, 1], probabilities; of two classes where `face` is given. */
  scores: z.string().min(1),
  /** float32[N, boxes, 2]: which of the two is the face. */
  face: z.union([z.literal(0), z.literal(1)]).optional(),
  format: z.enum(['xyxy', 'cxcywh', 'yxyx']),
  /** Pixels of the input, or 0…1 of it. */
  units: z.enum(['pixels', 'relative']),
});

/** An output: name as in the file. */
const Output = z.string().min(1);

/**
 * Anchor-free heads, one per stride, each with a box, a score and, where `points` is given, five
 * points per cell: YuNet (Wu, Peng, Yu 2023) and SCRFD (Guo et al. 2021).
 */
const StrideHeads = z.strictObject({
  kind: z.literal('stride-heads'),
  /**
   * `exponential`: center = (cell + b₀₁) · stride, size = exp(b₂₃) · stride.
   * `distances`: left, top, right, bottom = cell · stride ∓ b · stride.
   */
  boxes: z.enum(['exponential', 'distances']),
  /** Anchors share the place of their cell and follow each other in the output. */
  anchorsPerCell: z.int().min(1).max(8),
  /** How score and objectness, where there is one, become one number. */
  combine: z.enum(['product', 'geometric-mean']).default('product'),
  heads: z
    .array(
      z.strictObject({
        stride: z.int().positive(),
        /** float32[N, cells · anchors, 1] or without the first dimension: probabilities. */
        scores: Output,
        objectness: Output.optional(),
        /** float32[N, cells · anchors, 4]. */
        boxes: Output,
        /** float32[N, cells · anchors, 10]: offsets from the cell, in strides. */
        points: Output.optional(),
      }),
    )
    .min(1),
});

/** Offsets from prior boxes of several sizes per cell, two-class scores: RetinaFace (Deng et al. 2020). */
const PriorBoxes = z.strictObject({
  kind: z.literal('prior-boxes'),
  /** float32[N, priors, 4]: center and size relative to the prior, divided by the variances. */
  boxes: Output,
  /** float32[N, priors, 2]: background, face. */
  scores: Output,
  /** float32[N, priors, 10]. */
  points: Output.optional(),
  /** The file gives logits; the softmax is still to be taken. */
  softmax: z.boolean(),
  /** Sides of the priors of each cell, in pixels of the input. */
  levels: z
    .array(
      z.strictObject({
        stride: z.int().positive(),
        sides: z.array(z.number().positive()).min(1),
      }),
    )
    .min(1),
  variances: z.tuple([z.number().positive(), z.number().positive()]),
});

/**
 * One row of numbers per box, in pixels of the input: YOLOv5-face (Qi et al. 2021) and YOLOv8-face.
 * All of them begin with the center and the size of the box.
 */
const YoloRows = z.strictObject({
  kind: z.literal('yolo-rows'),
  /** float32[N, boxes, values], or [N, values, boxes] where `channelFirst`. */
  output: Output,
  channelFirst: z.boolean(),
  /** Number of values of a row. */
  values: z.int().min(5),
  /** Places of probabilities in a row; their product is the score. */
  scores: z.array(z.int().min(4)).min(1),
  /** Place of the first of five points, and how many numbers each takes (x, y, perhaps more). */
  points: z.strictObject({ start: z.int().min(4), step: z.int().min(2) }).optional(),
});

const Detector = z.strictObject({
  role: z.literal('detector'),
  decode: z.discriminatedUnion('kind', [YoloGrid, BoxesScores, StrideHeads, PriorBoxes, YoloRows]),
  scoreThreshold: z.number().min(0).max(1),
  nmsIou: z.number().min(0).max(1),
});

const Landmarks = z.strictObject({
  role: z.literal('landmarks'),
  /** float32[N, 136]: x0, y0, x1, … relative (0…1) to the padded square crop. */
  output: z.string().min(1),
});

const Encoder = z.strictObject({
  role: z.literal('encoder'),
  /** float32[N, dimension]. */
  output: z.string().min(1),
  dimension: z.int().min(2).max(4096),
  /** How a face is cut: dlib's mean face with padding 0.25, or the five-point template of ArcFace. */
  alignment: z.enum(['dlib-68', 'arcface-5']),
  /** `cosine`: encodings are L2-normalized before anything else. Distances are Euclidean either way. */
  metric: z.enum(['euclidean', 'cosine']),
  /** Average the encodings of the chip and its mirror image (of normalized ones for `cosine`). */
  mirror: z.boolean(),
  /** Distances of FMR 0.1 % and 0.01 %, from `likeness evaluate --all`. */
  thresholds: z.strictObject({
    verification: z.number().positive(),
    identification: z.number().positive(),
  }),
  /** probability = 1 / (1 + exp(slope · (distance − midpoint))). */
  probability: z.strictObject({ midpoint: z.number().positive(), slope: z.number().positive() }),
});

/** A network whose activations describe content and style (Gatys, Ecker, Bethge 2016). */
const StyleEncoder = z.strictObject({
  role: z.literal('style-encoder'),
  /** False: its filters are random, and it is called untrained wherever it shows. */
  trained: z.boolean(),
  /** How the file halves pictures, in windows of 2×2. */
  pooling: z.enum(['average', 'max']),
  /** The shallowest first. */
  layers: z
    .array(
      z.strictObject({
        /** float32[1, channels, ⌊height / stride⌋, ⌊width / stride⌋]. */
        output: z.string().min(1),
        channels: z.int().positive(),
        stride: z.int().positive(),
        /** What it counts in a painting unless asked otherwise; none where other layers have one. */
        styleWeight: z.number().positive().optional(),
      }),
    )
    .min(1),
});

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');

const Part = z.enum(['training', 'validation', 'test']);
const Faces = z.strictObject({ name: z.string(), faces: z.int(), people: z.int(), part: Part });
const Pictures = z.strictObject({ name: z.string(), pictures: z.int(), part: Part });

/** How a model came to be that was trained here. No photo and no name of a person is among it. */
const Provenance = z.strictObject({
  /** The command that trains it again. */
  command: z.string(),
  seed: z.int(),
  /** Ids and versions of the models that it was made from. */
  startedFrom: z.string().nullable(),
  teacher: z.string().nullable(),
  data: z.array(z.union([Faces, Pictures])),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  metrics: z.record(z.string(), z.number()),
});
export type Provenance = Readonly<z.infer<typeof Provenance>>;

/** Manifests of earlier versions spell this field the British way; they go on being read. */
function withLicense(manifest: unknown): unknown {
  if (typeof manifest !== 'object' || manifest === null || !('licence' in manifest))
    return manifest;
  const { licence, ...others } = manifest;
  return { license: licence, ...others };
}

const fields = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,63}$/, 'expected 2 to 64 lower-case letters, digits or hyphens'),
  name: z.string().min(1).max(200),
  /** Changes whenever encodings change: templates of different versions are never compared. */
  version: z.string().min(1).max(50),
  bytes: z.int().positive(),
  sha256: Sha256,
  /** The file of the source, where what lies here was made from it. */
  convertedFrom: z.strictObject({ bytes: z.int().positive(), sha256: Sha256 }).optional(),
  license: z.string().min(1),
  /** Where the weights come from, for a person. */
  source: z.string().min(1),
  provenance: Provenance.optional(),
  input: Input,
  task: z.discriminatedUnion('role', [Detector, Landmarks, Encoder, StyleEncoder]),
});

export const ModelManifest = z.preprocess(withLicense, fields);

/** What a person need not write: it is counted, or has a customary value. */
export const ImportManifest = z.preprocess(
  withLicense,
  fields.partial({ bytes: true, sha256: true }),
);
export type ImportManifest = z.infer<typeof ImportManifest>;
export type ModelManifest = Readonly<z.infer<typeof ModelManifest>>;
export type ModelRole = ModelManifest['task']['role'];

/** A manifest whose task has the given role. */
export type ManifestOf<R extends ModelRole> = ModelManifest & {
  readonly task: Extract<ModelManifest['task'], { role: R }>;
};
