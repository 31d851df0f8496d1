import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { LikenessError, toLikenessError } from '../../../contract/errors.ts';
import type { ModelSummary } from '../../../contract/commands.ts';
import type { ImageSource } from '../../../contract/values.ts';
import type { HostState } from '../../../contract/application.ts';
import type {
  EncoderInfo,
  HostConfiguration,
  HostMethod,
  HostPayload,
  HostResult,
  ModelHost,
  PhotoAnalysis,
  RequestOptions,
  StartListener,
} from '../../model-host/types.ts';
import { analyzed, DIMENSION, encodingOf, PITCH } from './fake-faces.ts';
import { FakeGalleries, logOddsAt } from './fake-galleries.ts';
import { answerStudy } from './fake-studio.ts';
import type { Evidence } from '../../../native-models/evaluation/verifier.ts';
import { parsePhoto, type PicturedFace } from './fake-photo.ts';

export const encoderOf = (id: string): EncoderInfo => ({
  id,
  version: '1',
  dimension: DIMENSION,
  thresholds: { verification: 0.6, identification: 0.5 },
  probability: { midpoint: 0.6, slope: 10 },
});

type Methods = {
  readonly [M in HostMethod]?: (payload: HostPayload<M>, options: RequestOptions) => unknown;
};

/** By the curve on distance, as of an encoder without a verifier. */
const evidence: Evidence = {
  source: 'curve',
  logOdds: (a, b) => logOddsAt(Math.hypot(...a.map((value, i) => value - b[i]!))),
  warnings: [],
};

/**
 * A recognition host without a process or a network. Its pictures are lines of text (see
 * `fake-photo.ts`); the same words always give the same encodings. Galleries live in its
 * "process": they are lost when it crashes, and searching one that was not fed is an error.
 */
export class FakeHost implements ModelHost {
  readonly requests: HostMethod[] = [];
  readonly models: ModelSummary[] = [
    model('small-detector', 'detector', true),
    model('landmarks-68', 'landmarks', true),
    model('residual', 'encoder', true),
    model('mobile', 'encoder', false),
    { ...model('absent', 'encoder', false), state: 'missing' },
  ];
  /** Photos that take the process with them while their number of crashes is positive. */
  readonly crashes = new Map<string, number>();
  /** Versions of encoders other than 1. */
  readonly versions = new Map<string, string>();
  /** How much farther than others an encoder puts faces of one person apart; 1 if absent. */
  readonly blur = new Map<string, number>();
  /** Milliseconds that an encoder says it takes; 1 if absent. */
  readonly speeds = new Map<string, number>();
  /** Encoders that are open beside the one in use. */
  readonly opened = new Set<string>();
  mostInFlight = 0;
  #galleries = new FakeGalleries();
  #configuration: HostConfiguration;
  #listeners = new Set<StartListener>();
  #generation = 0;
  #running = false;
  #inFlight = 0;
  #crashed = false;
  #watchers = new Set<(state: HostState) => void>();
  /** Frames that each video has had, and the number of its first face. */
  #videos = new Map<string, { readonly frames: number; readonly firstTrack: number }>();

  constructor(configuration: HostConfiguration) {
    this.#configuration = configuration;
  }

  get encoder(): EncoderInfo {
    return this.#encoder(this.#configuration.encoder ?? 'residual');
  }

  async request<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    options: RequestOptions = {},
  ): Promise<HostResult<M>> {
    if (!this.#running) await this.#start();
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    try {
      await new Promise((resolve) => setTimeout(resolve, 1));
      options.signal?.throwIfAborted();
      return await this.#answer(method, payload, options);
    } finally {
      this.#inFlight -= 1;
    }
  }

  onStart(listener: StartListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get state(): HostState {
    if (this.#running) return { kind: 'ready', pid: process.pid };
    return this.#crashed ? { kind: 'crashed', message: 'It died.' } : { kind: 'idle' };
  }

  onState(listener: (state: HostState) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  reconfigure(configuration: HostConfiguration): Promise<void> {
    this.#configuration = configuration;
    this.crash();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }

  /** Loses what a dying process loses. */
  crash(): void {
    this.#running = false;
    this.#crashed = true;
    this.#galleries = new FakeGalleries();
    this.opened.clear();
    this.#videos.clear();
    this.#watchers.forEach((tell) => tell(this.state));
  }

  async #start(): Promise<void> {
    this.#running = true;
    const generation = ++this.#generation;
    const request: ModelHost['request'] = (method, payload) => this.#answer(method, payload);
    for (const listener of this.#listeners)
      await listener({ generation, pid: process.pid, request });
    this.#watchers.forEach((tell) => tell(this.state));
  }

  async #answer<M extends HostMethod>(
    method: M,
    payload: HostPayload<M>,
    options: RequestOptions = {},
  ): Promise<HostResult<M>> {
    this.requests.push(method);
    const answer = this.#methods[method];
    if (answer === undefined)
      throw new LikenessError('internal', `The fake host has no ${method}.`);
    return (await answer(payload, options)) as HostResult<M>;
  }

  readonly #methods: Methods = {
    warmUp: () => {
      const { encoder } = this;
      if (encoder.id === 'absent') throw new LikenessError('model_missing', 'It is not there.');
      return { provider: 'cpu', encoder, warnings: [] };
    },
    analyze: (payload) => this.#analyze(payload),
    identify: (payload) => this.#identify(payload),
    openEncoder: ({ id }) => ({ encoder: this.#opened(id) }),
    closeEncoder: ({ id }) => (this.opened.delete(id), null),
    encodeWith: (payload) => this.#encodeWith(payload),
    track: (payload) => this.#track(payload),
    endTrack: ({ stream }) => (this.#videos.delete(stream), null),
    describePicture: async ({ image }) => {
      parsePhoto((await read(image)).toString('utf8'));
      return { width: 640, height: 480, extension: '.txt' };
    },
    showPicture: async ({ image }) => ({
      bytes: Uint8Array.from(await read(image)),
      width: 64,
      height: 48,
    }),
    convertPainting: async ({ picture, format, output }) => {
      const bytes = Buffer.concat([Buffer.from(`${format} `), await read({ path: picture })]);
      if (output !== null) await writeFile(output, bytes);
      return { bytes: output === null ? Uint8Array.from(bytes) : null };
    },
    galleryLoad: (payload) => this.#galleries.load(payload),
    galleryAdd: (payload) => this.#galleries.add(payload),
    galleryRemove: (payload) => this.#galleries.remove(payload),
    gallerySearch: (payload) => this.#galleries.search(payload),
    weighPairs: ({ a, b }) => ({
      logOdds: Float64Array.from({ length: a.length / DIMENSION }, (_, pair) => {
        const of = (all: Float32Array) => all.subarray(pair * DIMENSION, (pair + 1) * DIMENSION);
        return evidence.logOdds(of(a), of(b));
      }),
      source: 'curve',
      warnings: [],
    }),
    measureRecognition: (payload, options) =>
      answerStudy('measureRecognition', payload, options, evidence),
    calibrateIdentification: (payload, options) =>
      answerStudy('calibrateIdentification', payload, options, evidence),
    compareEncoders: (payload, options) =>
      answerStudy('compareEncoders', payload, options, evidence),
    listModels: () => ({ models: this.#listed() }),
    verifyModels: () => ({ models: this.#listed(), ok: true }),
    fetchModel: ({ id }) => ({ model: this.#listed().find((m) => m.id === id), resumedFrom: 0 }),
    importModel: () => ({
      model: this.#listed()[0],
      manifest: {},
      family: null,
      warnings: [],
    }),
    proveProviders: () => ({
      runtime: 'fake',
      providers: [
        {
          provider: 'cpu',
          available: true,
          proven: true,
          maxAbsDifference: 0,
          milliseconds: 1,
          finding: 'agrees',
          message: 'fine',
        },
      ],
    }),
  };

  #listed(): ModelSummary[] {
    const { detector = 'small-detector', encoder = 'residual' } = this.#configuration;
    return this.models.map((summary) => ({
      ...summary,
      version: this.versions.get(summary.id) ?? summary.version,
      active: ['landmarks-68', detector, encoder].includes(summary.id),
    }));
  }

  #encoder(id: string): EncoderInfo {
    return { ...encoderOf(id), version: this.versions.get(id) ?? '1' };
  }

  #opened(id: string): EncoderInfo {
    const model = this.models.find((each) => each.id === id);
    if (model === undefined) throw new LikenessError('model_unknown', `There is no model ${id}.`);
    if (model.state !== 'ready') throw new LikenessError('model_missing', 'It is not there.');
    if (model.role !== 'encoder') throw new LikenessError('invalid_input', 'It is no encoder.');
    this.opened.add(id);
    return this.#encoder(id);
  }

  /** Its portraits are texts about one face. */
  async #encodeWith(payload: HostPayload<'encodeWith'>): Promise<HostResult<'encodeWith'>> {
    const text = (await read(payload.image)).toString('utf8').replace(/^portrait of /u, '');
    this.#crashOver(text);
    const faces = parsePhoto(text);
    const [face] = faces;
    const encoders = payload.encoders.map((id) => this.#opened(id));
    const encodings = (face === undefined ? [] : encoders).map((encoder) => ({
      encoder,
      encoding: encodingOf(blurred(face!, this.blur.get(encoder.id)), encoder),
      milliseconds: this.speeds.get(encoder.id) ?? 1,
    }));
    return { faces: faces.length, encodings, provider: 'cpu' };
  }

  /** Its frames are such texts, too; a face's track is its place in the text. */
  #track({
    stream,
    frame,
    top,
    eager = [],
    firstTrack: first = 1,
  }: HostPayload<'track'>): HostResult<'track'> {
    const known = this.#videos.get(stream);
    const frames = (known?.frames ?? 0) + 1;
    const firstTrack = known?.firstTrack ?? first;
    this.#videos.set(stream, { frames, firstTrack });
    const { encoder } = this;
    const model = { modelId: encoder.id, modelVersion: encoder.version };
    const gallery = this.#galleries.search({ ...model, probes: new Float32Array(0), top });
    const faces = parsePhoto(Buffer.from(frame).toString('utf8')).map((face, i) => {
      const { encoding, box, quality } = analyzed(face, i, true, false, encoder);
      const { x, y, width, height } = box;
      const part = { left: x / 640, top: y / 480, across: width / 640, down: height / 480 };
      const track = firstTrack + i;
      const fresh = frames === 1 || frames % 12 === 0 || eager.includes(track);
      const { matches } = this.#galleries.search({ ...model, probes: encoding!, top });
      return { track, part, quality, fresh, confirmed: fresh, candidates: matches[0] ?? [] };
    });
    const { people } = gallery;
    return { faces, people, encoder, provider: 'cpu' };
  }

  async #analyze(payload: HostPayload<'analyze'>): Promise<PhotoAnalysis> {
    const { image, encode, subject, portraits = false } = payload;
    const bytes = await read(image);
    const text = bytes.toString('utf8');
    this.#crashOver(text);
    const { encoder } = this;
    const pictured = parsePhoto(text);
    const principal = principalOf(pictured, subject);
    return {
      width: 640,
      height: 480,
      photoHash: createHash('sha256').update(bytes).digest('hex'),
      faces: pictured.map((face, i) =>
        analyzed(
          face,
          i,
          encode === 'all' || (encode === 'principal' && i === principal),
          portraits,
          encoder,
        ),
      ),
      principal,
      turned: 0,
      frames: 1,
      leastFace: 20,
      principalIsClear: pictured.length === 1 || typeof subject === 'object',
      encoder,
      provider: 'cpu',
      warnings: [],
    };
  }

  async #identify({ image, top }: HostPayload<'identify'>): Promise<HostResult<'identify'>> {
    const analysis = await this.#analyze({ image, encode: 'all', subject: 'central' });
    const { id: modelId, version: modelVersion } = analysis.encoder;
    const search = (probes: Float32Array) =>
      this.#galleries.search({ modelId, modelVersion, probes, top });
    const faces = analysis.faces.map(({ encoding, ...face }) => ({
      ...face,
      candidates: search(encoding!).matches[0]!,
    }));
    return { ...analysis, faces, people: search(new Float32Array(0)).people };
  }

  #crashOver(text: string): void {
    const left = this.crashes.get(text.trim()) ?? 0;
    if (left === 0) return;
    this.crashes.set(text.trim(), left - 1);
    this.crash();
    throw new LikenessError('host_crashed', 'The model process died.');
  }
}

const blurred = (face: PicturedFace, by = 1): PicturedFace => ({
  ...face,
  variation: face.variation * by,
});

/** Fails with the code that the real host has for the same file. */
async function read(image: ImageSource): Promise<Buffer> {
  if ('bytes' in image) return Buffer.from(image.bytes);
  try {
    return await readFile(image.path);
  } catch (thrown) {
    throw toLikenessError(thrown);
  }
}

function principalOf(
  faces: readonly PicturedFace[],
  subject: HostPayload<'analyze'>['subject'],
): number | null {
  const place = typeof subject === 'object' ? Math.floor(subject.at[0] / PITCH) : 0;
  return place < faces.length ? place : null;
}

const model = (id: string, role: ModelSummary['role'], active: boolean): ModelSummary => ({
  id,
  name: id,
  version: '1',
  role,
  origin: 'built-in',
  state: 'ready',
  active,
  recommended: active,
  bytes: 1,
  sha256: '0'.repeat(64),
  license: 'MIT',
  source: 'nowhere',
});
