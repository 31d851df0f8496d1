import { Calibration, type Expectation, type Outlook } from '../../../contract/evaluation.ts';
import {
  applyCalibration as apply,
  insertActivity,
  insertCalibration,
  latestCalibration,
  countPeople,
  countPeopleWithTemplates,
  countTemplatesOf,
  type ModelKey,
  type CalibrationRecord,
  type ReadableStore,
  type WritableStore,
} from '../../../db/store.ts';
import likeness from './shipped/encoder-likeness.json' with { type: 'json' };
import residual from './shipped/encoder-resnet29.json' with { type: 'json' };
import mobile from './shipped/mobilefacenet.json' with { type: 'json' };
import type { CommandOutput } from '../../../contract/commands.ts';
import { LikenessError } from '../../../contract/errors.ts';
import { activity } from '../kept-settings.ts';
import type { Handler, CallOptions, ServiceContext, Handlers } from '../context.ts';
import { encoderInUse, signalOf } from '../analysis.ts';
import { appliedTo, effectivePeople, mixed, neighbors, thresholdAt } from './threshold.ts';

const files: readonly (ModelKey & { readonly model: string })[] = [likeness, residual, mobile].map(
  (file) => ({ ...file, id: file.model }),
);

/**
 * What was measured of an encoder before it was shipped, as `likeness calibrate --images` measures it:
 * on the 741 people of LFW's dev part who took no part in training (docs/calibration.md). Undefined
 * for encoders of others.
 */
export function shippedCalibration({ id, version }: ModelKey): Calibration | undefined {
  const file = files.find((each) => each.id === id && each.version === version);
  return file && Calibration.parse(file);
}

const lastCalibration: Handler<'calibration.last'> = async (context, _, call) => {
  const model = await encoderInUse(context, call);
  return context.store.read((tables) => keptOf(tables, model));
};

/**
 * Of the latest calibration one of its rates, or of the one that came with the model where nobody
 * calibrated; applying none goes back to the model's threshold.
 */
export const applyCalibration: Handler<'calibration.apply'> = async (context, { fpir }, call) => {
  const { store, now } = context;
  const model = await encoderInUse(context, call);
  return store.write((tables) => {
    if (fpir === null) apply(tables, model, null);
    else {
      const latest = latestCalibration(tables, model) ?? takeShipped(tables, model);
      apply(tables, model, { id: requireRate(latest, fpir).id, fpir });
    }
    insertActivity(tables, activity('calibrated', null, {}, now()));
    return keptOf(tables, model);
  });
};

/** Kept as if it had been made here, so that identification follows it the same way. */
function takeShipped(tables: WritableStore, model: ModelKey): CalibrationRecord | undefined {
  const shipped = shippedCalibration(model);
  if (shipped === undefined) return undefined;
  insertCalibration(tables, model, {
    templatesPerPerson: shipped.templates / shipped.people,
    growth: JSON.stringify(shipped.growth),
    result: JSON.stringify(shipped),
    createdAt: shipped.createdAt,
  });
  return latestCalibration(tables, model);
}

function requireRate(latest: CalibrationRecord | undefined, fpir: number): CalibrationRecord {
  if (latest === undefined)
    throw new LikenessError(
      'calibration_impossible',
      'Nothing is calibrated for the encoder in use. Calibrate first.',
    );
  const rates = (JSON.parse(latest.growth) as Calibration['growth']).map(({ wanted }) => wanted);
  if (rates.includes(fpir)) return latest;
  throw new LikenessError(
    'calibration_impossible',
    `The latest calibration has no threshold for a rate of ${fpir}, but for ${rates.join(', ')}. Calibrate with that rate.`,
    { details: { fpir, rates } },
  );
}

function keptOf(tables: ReadableStore, model: ModelKey): CommandOutput<'calibration.last'> {
  const latest = latestCalibration(tables, model);
  return {
    calibration: latest === undefined ? null : (JSON.parse(latest.result) as Calibration),
    applied: appliedTo(tables, model),
  };
}

type Curves = Calibration['curves'];
type Rates = Pick<Expectation, 'named' | 'namedInterval' | 'missed'>;

/** Photos per person from which a stranger has clearly more chances than among those measured. */
const MORE_PHOTOS = 1.5;

/** Two thresholds on distance that no face tells apart. */
const SAME = 5e-4;

/** Fewer of them are no choice. */
const FEWEST_CHOICES = 2;

/** One number per rate that may be accepted, for the gallery as it is now. */
export const outlook: Handler<'calibration.outlook'> = async (context, payload, call) => {
  const { store } = context;
  const inUse = await encoderInUse(context, call);
  const model = payload.model ?? inUse;
  const isInUse = model.id === inUse.id && model.version === inUse.version;
  const threshold = isInUse ? await thresholdInUse(context, inUse, call) : null;
  return store.read((tables) => {
    const calibration =
      (payload.figures === 'latest' ? latestOf(tables, model) : undefined) ??
      shippedCalibration(model);
    const people = countPeople(tables);
    const applied = appliedTo(tables, model)?.fpir ?? null;
    const { id, version } = model;
    const of = { model: { id, version }, people, applied };
    if (calibration === undefined)
      return { ...of, measured: null, atMost: false, choices: [], now: null };
    // An encoder that nobody is enrolled with yet would know the same photos.
    const templates = countTemplatesOf(tables, isInUse ? model : inUse);
    const known = countPeopleWithTemplates(tables, isInUse ? model : inUse);
    const gallery =
      payload.people === undefined
        ? { people: known, templates }
        : {
            people: payload.people,
            templates: (payload.people * calibration.templates) / calibration.people,
          };
    return { ...of, ...expected(calibration, { ...gallery, threshold }) };
  });
};

/** What a calibration says about so many people with so many photos. */
export function expected(
  calibration: Calibration,
  gallery: {
    readonly people: number;
    readonly templates: number;
    /** That identification uses; null where it is not known. */
    readonly threshold: number | null;
  },
): Pick<Outlook, 'measured' | 'atMost' | 'choices' | 'now'> {
  const { source, images, people, photos, createdAt, growth } = calibration;
  const perPerson = calibration.templates / people;
  const size = effectivePeople(gallery.templates, perPerson);
  const photosEach = gallery.templates / Math.max(1, gallery.people);
  const all = growth.map(({ wanted, points }) => ({
    wanted,
    ...thresholdAt(points, size),
    ...ratesOf(calibration, wanted, size),
  }));
  // Stricter than these people can show; nobody should choose it, where there is a choice.
  const told = all.filter(({ basis }) => basis !== 'too-few');
  const choices = told.length >= FEWEST_CHOICES ? told : all;
  return {
    measured: { source, images, people, photos, createdAt },
    atMost: size > people || photosEach > MORE_PHOTOS * perPerson,
    choices,
    now:
      gallery.threshold === null
        ? null
        : {
            threshold: gallery.threshold,
            ...ratesAt(calibration, gallery.threshold, size),
            basis: size > people ? 'extrapolated' : 'observed',
          },
  };
}

/** Of the threshold for a wanted rate, between the sizes that were measured. */
function ratesOf({ points, growth }: Calibration, wanted: number, size: number): Rates {
  const ofRate = points.filter((point) => point.wanted === wanted);
  const between = neighbors(ofRate, size);
  const grown = neighbors(growth.find((each) => each.wanted === wanted)!.points, size);
  return {
    named: mixed(between, ({ fpir }) => fpir),
    namedInterval: {
      low: mixed(between, ({ measured }) => measured.low),
      high: mixed(between, ({ measured }) => measured.high),
    },
    missed:
      grown.before.fnir === null || grown.after.fnir === null
        ? null
        : mixed(grown, ({ fnir }) => fnir!),
  };
}

/** At any threshold. */
function ratesAt({ curves, growth }: Calibration, threshold: number, size: number): Rates {
  const between = neighbors(
    curves.map(({ gallery, points }) => ({ gallery, ...onCurve(points, threshold) })),
    size,
  );
  return {
    named: mixed(between, ({ named }) => named),
    namedInterval: {
      low: mixed(between, ({ namedInterval }) => namedInterval.low),
      high: mixed(between, ({ namedInterval }) => namedInterval.high),
    },
    missed:
      between.before.missed === null || between.after.missed === null
        ? missedAt(growth, threshold, size)
        : mixed(between, ({ missed }) => missed!),
  };
}

/** Where no curve reaches down to a threshold: of a wanted rate that has it, too. */
function missedAt(growth: Calibration['growth'], threshold: number, size: number): number | null {
  const alike = growth
    .map(({ points }) => neighbors(points, size).after)
    .find((point) => Math.abs(point.threshold - threshold) < SAME);
  return alike?.fnir ?? null;
}

/**
 * Straight between two points of a curve, whose thresholds ascend. It begins with the nearest
 * look-alikes: below, nobody was named, and how many are missed is not on it.
 */
function onCurve(points: Curves[number]['points'], threshold: number): Rates {
  const [first] = points;
  if (first === undefined || threshold < first.threshold) {
    const high = first?.fpirBand.high ?? 1;
    return { named: 0, namedInterval: { low: 0, high }, missed: null };
  }
  const after = points.find((point) => point.threshold >= threshold) ?? points.at(-1)!;
  const before = points.findLast((point) => point.threshold <= threshold) ?? after;
  const span = after.threshold - before.threshold;
  const at = { before, after, share: span <= 0 ? 0 : (threshold - before.threshold) / span };
  return {
    named: mixed(at, ({ fpir }) => fpir),
    namedInterval: {
      low: mixed(at, ({ fpirBand }) => fpirBand.low),
      high: mixed(at, ({ fpirBand }) => fpirBand.high),
    },
    missed: before.fnir === null || after.fnir === null ? null : mixed(at, ({ fnir }) => fnir!),
  };
}

const latestOf = (tables: ReadableStore, model: ModelKey): Calibration | undefined => {
  const latest = latestCalibration(tables, model);
  return latest && (JSON.parse(latest.result) as Calibration);
};

/** Null where recognition does not start: the figures for other thresholds hold nevertheless. */
async function thresholdInUse(
  { host, store }: ServiceContext,
  model: ModelKey,
  call: CallOptions,
): Promise<number | null> {
  const applied = store.read((tables) => appliedTo(tables, model));
  if (applied !== null) return applied.threshold;
  try {
    const { encoder } = await host.request('warmUp', {}, signalOf(call));
    return encoder.thresholds.identification;
  } catch {
    return null;
  }
}

export const keptCalibrationHandlers = {
  'calibration.last': lastCalibration,
  'calibration.apply': applyCalibration,
  'calibration.outlook': outlook,
} satisfies Partial<Handlers>;
