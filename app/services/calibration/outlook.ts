import type { Calibration, Expectation, Outlook } from '../../../contract/calibration-commands.ts';
import {
  countPeople,
  countPeopleWithTemplates,
  countTemplatesOf,
  latestCalibration,
  type ModelKey,
  type ReadableStore,
} from '../../../db/store.ts';
import { signalOf } from '../analysis.ts';
import type { CallOptions, Handler, ServiceContext } from '../context.ts';
import { encoderInUse } from '../encoder-in-use.ts';
import { shippedCalibration } from './shipped.ts';
import { appliedTo, effectivePeople, mixed, neighbors, thresholdAt } from './threshold.ts';

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
