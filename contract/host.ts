import type { Calibration } from './evaluation.ts';
import type { ModelManifest } from './manifest.ts';
import type { Evaluation, ModelComparison } from './models.ts';
import type { Answer, Cancel } from './rpc.ts';
import type { CommandOutput, CommandPayload, ModelSummary } from './commands.ts';
import type { PaintingEstimate, PaintingResult, PaintingSettings } from './paintings.ts';
import type {
  Face,
  ImageSource,
  Point,
  ProofFinding,
  Provider,
  ProviderChoice,
  Quality,
} from './values.ts';
import type { FramePart } from './application.ts';

/**
 * What a shell and a model host say to each other besides the protocol of rpc.ts. Nothing is loaded
 * with it but types and one list. Messages cross by structured clone:
 * typed arrays arrive as typed arrays.
 */

export type HostRole = 'recognition' | 'studio';

/** Given once, before the first request. */
export interface HostConfiguration {
  readonly role: HostRole;
  /** Read-only models that ship with the application. */
  readonly builtInModels: string;
  /** The user's own models (downloads, imports); may not exist yet. */
  readonly userModels: string;
  readonly provider: ProviderChoice;
  /** Catalog ids; absent: the recommended one that is present. */
  readonly detector?: string;
  readonly encoder?: string;
  /** Folder of the sample photos, on whose faces imported models are tried; absent: they are not. */
  readonly samples?: string;
}

/** The encoder decides which templates may be compared, so every analysis names it. */
export interface EncoderInfo {
  readonly id: string;
  readonly version: string;
  readonly dimension: number;
  /** Distances at which the false-match rate is 0.1 % (verification) and 0.01 % (identification). */
  readonly thresholds: { readonly verification: number; readonly identification: number };
  /** probability = 1 / (1 + exp(slope · (distance − midpoint))). */
  readonly probability: { readonly midpoint: number; readonly slope: number };
}

export interface AnalyzedFace extends Face {
  /** float32[dimension], already normalized where the model's metric says so; absent if not asked for. */
  readonly encoding?: Float32Array;
  /** A small JPEG of the aligned face; absent if not asked for. */
  readonly portrait?: Uint8Array<ArrayBuffer>;
}

export interface PhotoAnalysis {
  /** Size of the upright picture. */
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the encoded file, hexadecimal. */
  readonly photoHash: string;
  /** By descending area. */
  readonly faces: readonly AnalyzedFace[];
  /** Index of the face that a portrait is of; null without faces. */
  readonly principal: number | null;
  /** The principal face is the only one, or so much larger that nobody would mistake it. */
  readonly principalIsClear: boolean;
  /** Clockwise by so many degrees the photo stands upright; boxes stay in its own pixels. */
  readonly turned: 0 | 90 | 180 | 270;
  /** Frames or pages in the file, of which the first was read. */
  readonly frames: number;
  /** Faces narrower than this were not looked for, in pixels of the file. */
  readonly leastFace: number;
  readonly encoder: EncoderInfo;
  readonly provider: Provider;
  readonly warnings: readonly string[];
}

export interface GalleryTemplates {
  /** Template numbers and their persons' numbers, one each per template. */
  readonly templateIds: Int32Array;
  readonly personIds: Int32Array;
  /** float32[templates × dimension], row after row. */
  readonly encodings: Float32Array;
}

/** Faces that the user said are not a person's. */
export interface GalleryExclusions {
  readonly personIds: Int32Array;
  /** float32[exclusions × dimension], row after row. */
  readonly encodings: Float32Array;
}

export interface GalleryCandidate {
  readonly personId: number;
  readonly templateId: number;
  readonly distance: number;
  /** Up to which distance the person may be named, as exclusions have it; infinite without any. */
  readonly limit: number;
  /** Evidence that the template is of the same person: log-odds at a prior of one half. */
  readonly logOdds: number;
}

export interface TrackedFace {
  /** Stays with a face while it is in view, and comes back with it. */
  readonly track: number;
  readonly part: FramePart;
  readonly quality: Quality;
  /** It was encoded in this very frame; otherwise candidates are those of an earlier one. */
  readonly fresh: boolean;
  /** It is fresh, and its encoding agrees with what the track has looked like before. */
  readonly confirmed: boolean;
  readonly candidates?: readonly GalleryCandidate[];
}

export interface ProviderProof {
  readonly provider: Provider;
  readonly available: boolean;
  readonly proven: boolean;
  readonly maxAbsDifference: number | null;
  readonly milliseconds: number | null;
  readonly finding: ProofFinding;
  readonly message: string;
}

/** Vectors of one length as they cross between processes: in one piece. */
export interface PackedRows {
  readonly dimension: number;
  /** float32[rows × dimension], row after row; zeros where there is none. */
  readonly values: Float32Array;
  /** Places without a vector, ascending. */
  readonly absent: readonly number[];
}

/** A pair by the places of its photos in the list. */
export interface PlannedPair {
  readonly a: number;
  readonly b: number;
  readonly mated: boolean;
}

/** What an evaluation compares: an LFW pairs file, fold by fold, or every photo with every other. */
export type PlannedComparisons =
  | { readonly kind: 'pairs'; readonly folds: readonly (readonly PlannedPair[])[] }
  | { readonly kind: 'all' };

/** The part of an evaluation that follows from encodings and comparisons alone. */
export type RecognitionFigures = Omit<
  Evaluation,
  | 'model'
  | 'photos'
  | 'files'
  | 'unused'
  | 'failures'
  | 'failedPhotos'
  | 'reliability'
  | 'facesPerSecond'
  | 'provider'
  | 'elapsedMs'
  | 'warnings'
>;

export interface CalibrationFigures extends Pick<Calibration, 'points' | 'curves' | 'growth'> {
  /** Pairs that are perhaps one person under two names, the nearest first. */
  readonly alike: readonly {
    readonly people: readonly [number, number];
    readonly distance: number;
  }[];
}

export interface ComparisonFigures extends Pick<
  ModelComparison,
  'mated' | 'nonMated' | 'peopleWithTwo' | 'difference' | 'verdict' | 'resamples'
> {
  readonly encoders: readonly [SeparationFigures, SeparationFigures];
}

/** How well one encoder tells the faces apart. */
export type SeparationFigures = Pick<
  ModelComparison['encoders'][number],
  'eer' | 'accuracy' | 'threshold' | 'tar' | 'curve'
>;

/** method → payload and result. */
export interface HostMethods {
  /** Loads what the configuration names; every other request does so too on first need. */
  warmUp: {
    payload: Record<string, never>;
    result: { provider: Provider; encoder: EncoderInfo; warnings: readonly string[] };
  };
  analyze: {
    payload: {
      readonly image: ImageSource;
      /** Which faces get an encoding. */
      readonly encode: 'none' | 'principal' | 'all';
      /**
       * How the principal face is chosen: by area, by area and nearness to the center, or by a point
       * of the upright picture, in pixels, that lies in it.
       */
      readonly subject: 'largest' | 'central' | { readonly at: Point };
      /** Whether each face that gets an encoding gets a portrait, too. */
      readonly portraits?: boolean;
      /** `refuse`: what Likeness painted is no photo (`image_painted`). */
      readonly paintings?: 'refuse';
    };
    result: PhotoAnalysis;
  };
  /** Who is in a photo, in one pass: the gallery of the encoder in use was loaded before. */
  identify: {
    payload: {
      readonly image: ImageSource;
      /** People per face, the nearest first. */
      readonly top: number;
    };
    result: Omit<PhotoAnalysis, 'faces'> & {
      readonly faces: readonly (Face & { readonly candidates: readonly GalleryCandidate[] })[];
      /** In the gallery. */
      readonly people: number;
    };
  };
  /** Loads an encoder of the catalog beside the one in use. */
  openEncoder: { payload: { readonly id: string }; result: { readonly encoder: EncoderInfo } };
  /** Frees it again, once nobody works with it; the encoder in use stays. */
  closeEncoder: { payload: { readonly id: string }; result: null };
  /** The principal face of a picture, encoded by encoders of the catalog, in use or not. */
  encodeWith: {
    payload: {
      readonly image: ImageSource;
      readonly subject: 'largest' | 'central';
      readonly encoders: readonly string[];
      readonly paintings?: 'refuse';
    };
    result: {
      /** How many faces were found. */
      readonly faces: number;
      /** One per encoder; empty without a face. */
      readonly encodings: readonly {
        readonly encoder: EncoderInfo;
        readonly encoding: Float32Array;
        /** For alignment and encoding alone. */
        readonly milliseconds: number;
      }[];
      readonly provider: Provider;
    };
  };
  /** One frame of a video; frames of one stream must come in order. */
  track: {
    payload: {
      readonly stream: string;
      readonly frame: Uint8Array;
      /** The first number for tracks where this frame opens the stream; 1 if absent. */
      readonly firstTrack?: number;
      /** People per face, the nearest first. */
      readonly top: number;
      /** Tracks that are to be encoded in this frame; others are when they are due. */
      readonly eager?: readonly number[];
    };
    result: {
      readonly faces: readonly TrackedFace[];
      /** In the gallery of the encoder. */
      readonly people: number;
      readonly encoder: EncoderInfo;
      readonly provider: Provider;
    };
  };
  endTrack: { payload: { readonly stream: string }; result: null };
  /** Replaces the whole gallery of one model. */
  galleryLoad: {
    payload: {
      readonly modelId: string;
      readonly modelVersion: string;
      /** Values per encoding; needed where there are no templates. */
      readonly dimension: number;
      readonly templates: GalleryTemplates;
      readonly exclusions: GalleryExclusions;
    };
    result: { readonly size: number };
  };
  galleryAdd: {
    payload: {
      readonly modelId: string;
      readonly modelVersion: string;
      readonly templates: GalleryTemplates;
    };
    result: { readonly size: number };
  };
  galleryRemove: { payload: { readonly templateIds: Int32Array }; result: null };
  /** The nearest template of each of the `top` nearest people, nearest first, per probe. */
  gallerySearch: {
    payload: {
      readonly modelId: string;
      readonly modelVersion: string;
      readonly probes: Float32Array;
      readonly top: number;
    };
    result: {
      readonly matches: readonly (readonly GalleryCandidate[])[];
      /** In the gallery. */
      readonly people: number;
    };
  };
  /** How much each pair of encodings of the encoder in use speaks for one person. */
  weighPairs: {
    /** float32[pairs × dimension] both. */
    payload: { readonly a: Float32Array; readonly b: Float32Array };
    result: {
      /** At a prior of one half, one per pair. */
      readonly logOdds: Float64Array;
      readonly source: 'verifier' | 'curve';
      readonly warnings: readonly string[];
    };
  };
  /** Figures of an evaluation, from the encodings of known people (`native-models/evaluation`). */
  measureRecognition: {
    payload: {
      /** Whose verifier or curve weighs pairs, at whose threshold. */
      readonly encoder: EncoderInfo;
      /** One per photo. */
      readonly encodings: PackedRows;
      /** A number per person, one per photo. */
      readonly people: readonly number[];
      readonly comparisons: PlannedComparisons;
    };
    result: {
      readonly figures: RecognitionFigures;
      readonly reliability: Evaluation['reliability'];
      readonly warnings: readonly string[];
    };
  };
  /** Thresholds for wanted rates of false identification, and what they rest on. */
  calibrateIdentification: {
    payload: {
      readonly encodings: PackedRows;
      /** A number per person, from 0 on without gaps, one per photo. */
      readonly people: readonly number[];
      /** Whether the photo is a template of its person; every photo is a probe besides. */
      readonly enrolled: readonly boolean[];
      /** Numbers of people enrolled to report on. */
      readonly sizes: readonly number[];
      /** Rate of false identification that is accepted, from 0 to 1. */
      readonly fpir: number;
      /** The model's own threshold, which none that rests on too few pairs exceeds. */
      readonly ceiling: number;
      readonly seed: number;
    };
    result: CalibrationFigures;
  };
  /** Which of two encoders tells the same faces apart better. */
  compareEncoders: {
    payload: {
      readonly ids: readonly [string, string];
      /** By encoder, of the same faces. */
      readonly encodings: readonly [PackedRows, PackedRows];
      /** A number per person, one per face. */
      readonly people: readonly number[];
      readonly seed: number;
    };
    result: ComparisonFigures;
  };
  proveProviders: {
    payload: Record<string, never>;
    result: { readonly runtime: string; readonly providers: readonly ProviderProof[] };
  };
  listModels: {
    payload: Record<string, never>;
    result: { readonly models: readonly ModelSummary[] };
  };
  verifyModels: {
    payload: Record<string, never>;
    result: { readonly models: readonly ModelSummary[]; readonly ok: boolean };
  };
  fetchModel: {
    payload: { readonly id: string; readonly from?: string };
    result: { readonly model: ModelSummary; readonly resumedFrom: number };
  };
  importModel: {
    payload: {
      readonly file: string;
      /** Absent: one is proposed. */
      readonly manifest?: string;
      readonly id?: string;
      /** Install nothing. */
      readonly propose?: boolean;
    };
    result: {
      readonly model: ModelSummary | null;
      readonly manifest: ModelManifest;
      readonly family: string | null;
      readonly warnings: readonly string[];
    };
  };
  /** Size and format of a picture; nothing is decoded. */
  describePicture: {
    payload: { readonly image: ImageSource };
    result: { readonly width: number; readonly height: number; readonly extension: string };
  };
  /** The picture with at most so many pixels on its longer side: JPEG, or PNG where transparent. */
  showPicture: {
    payload: { readonly image: ImageSource; readonly size: number };
    result: {
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly width: number;
      readonly height: number;
    };
  };
  estimatePainting: {
    payload: { readonly settings: PaintingSettings };
    result: { readonly estimate: PaintingEstimate; readonly warnings: readonly string[] };
  };
  /**
   * Paints, from the checkpoint where there is one, and writes the output. Fails with `cancelled`
   * once `stopPainting` or the loss of the request has ended it.
   */
  paint: {
    payload: {
      /** What `stopPainting` calls it. */
      readonly job: number;
      readonly settings: PaintingSettings;
      readonly output: string;
      /** Kept up to date while it paints; the caller deletes it. */
      readonly checkpoint: string;
      /** Whether progress carries previews. */
      readonly previews: boolean;
    };
    result: PaintingResult;
  };
  /** Answers when the painting has ended, its checkpoint written. */
  stopPainting: { payload: { readonly job: number }; result: null };
  /** A finished painting in another format; its bytes where no output is named. */
  convertPainting: {
    payload: {
      readonly picture: string;
      readonly settings: PaintingSettings;
      readonly format: 'png' | 'jpeg' | 'tiff' | 'webp';
      readonly output: string | null;
    };
    result: { readonly bytes: Uint8Array<ArrayBuffer> | null };
  };
  recallPainting: {
    payload: { readonly picture: string };
    result: { readonly settings: PaintingSettings };
  };
  showGraph: { payload: CommandPayload<'graph.show'>; result: CommandOutput<'graph.show'> };
  /** Hours at most: it keeps what it has found and goes on when it is asked again. */
  trainEncoder: {
    payload: CommandPayload<'training.encoder'>;
    result: CommandOutput<'training.encoder'>;
  };
  trainTriplets: {
    payload: CommandPayload<'training.triplets'>;
    result: CommandOutput<'training.triplets'>;
  };
  trainStyleEncoder: {
    payload: CommandPayload<'training.styleEncoder'>;
    result: CommandOutput<'training.styleEncoder'>;
  };
  trainVerifier: {
    payload: CommandPayload<'training.verifier'>;
    result: CommandOutput<'training.verifier'>;
  };
  gradGraph: { payload: CommandPayload<'graph.grad'>; result: CommandOutput<'graph.grad'> };
}

export type HostMethod = keyof HostMethods;

/**
 * What takes as long as it takes: a download gives up by itself when nothing comes any more; the
 * others tell of every step. Everything else fails with `host_timeout` after two minutes.
 */
export const withoutTimeLimit: ReadonlySet<HostMethod> = new Set([
  'fetchModel',
  'measureRecognition',
  'calibrateIdentification',
  'compareEncoders',
  'paint',
  'stopPainting',
  'trainEncoder',
  'trainTriplets',
  'trainStyleEncoder',
  'trainVerifier',
]);
export type HostPayload<M extends HostMethod> = HostMethods[M]['payload'];
export type HostResult<M extends HostMethod> = HostMethods[M]['result'];

export type ToHost =
  | { readonly kind: 'configure'; readonly configuration: HostConfiguration }
  | {
      [M in HostMethod]: {
        readonly kind: 'request';
        readonly id: number;
        readonly command: M;
        readonly input: HostPayload<M>;
        /** Folders of a program's call, in which no link is followed (`foundation/files/confinement.ts`). */
        readonly within?: readonly string[];
      };
    }[HostMethod]
  | Cancel
  | { readonly kind: 'shutdown' };

export type FromHost = { readonly kind: 'ready'; readonly pid: number } | Answer;
