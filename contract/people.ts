import { z } from 'zod';
import { command } from './command.ts';
import { OwnersPlace } from './places.ts';
import { ImageSource, Namesakes, PersonId, PersonName, Point } from './values.ts';
import { Bytes, TemplateId } from './application.ts';

export const Person = z.object({
  id: PersonId,
  name: z.string(),
  templates: z.int(),
  /** The template whose portrait stands for the person: the chosen one, else the best; null where none is kept. */
  portrait: TemplateId.nullable(),
  /** Left out of the gallery that a window shows; recognized and listed all the same. */
  hidden: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type Person = z.infer<typeof Person>;

export const ListedPerson = Person.extend({
  /** When a camera or photo last showed the person, where that is noted. */
  lastSeen: z.iso.datetime().nullable(),
});
export type ListedPerson = z.infer<typeof ListedPerson>;

/** How near two people's photos are, at their nearest pair. */
export const SimilarPerson = z.object({
  person: Person,
  /** Euclidean, in the space of the encoder in use. */
  distance: z.number().nonnegative(),
  /** That both are one person, by themselves (1:1); 0…1. */
  probability: z.number().min(0).max(1),
  /** The distance is at most the encoder's threshold of verification. */
  same: z.boolean(),
});
export type SimilarPerson = z.infer<typeof SimilarPerson>;

export const PersonDetails = Person.extend({
  templateList: z.array(
    z.object({
      id: TemplateId,
      modelId: z.string(),
      modelVersion: z.string(),
      quality: z.number(),
      photoHash: z.string(),
      source: OwnersPlace.nullable(),
      hasPortrait: z.boolean(),
      createdAt: z.iso.datetime(),
    }),
  ),
  consents: z.array(z.object({ note: z.string(), createdAt: z.iso.datetime() })),
  /** Faces that were taken for the person and are somebody else's. */
  impostors: z.array(
    z.object({
      id: z.int().positive(),
      modelId: z.string(),
      modelVersion: z.string(),
      createdAt: z.iso.datetime(),
    }),
  ),
  /** When a camera last identified the person, where that is noted. */
  lastSeen: z.iso.datetime().nullable(),
});
export type PersonDetails = z.infer<typeof PersonDetails>;

/** A person by number, or by exact name. */
export const PersonReference = z.union([PersonId, z.string().min(1).max(500)]);

/** For `people.undo`: within half a minute, in the process that made the change. */
const Undo = z.uuid();

export const peopleCommands = {
  'people.list': command({
    summary: 'Everyone enrolled',
    input: z.object({}),
    output: z.object({ people: z.array(ListedPerson) }),
    callers: ['program'],
  }),
  'people.show': command({
    summary: 'One person with templates and consent',
    input: z.object({ person: PersonReference }),
    output: z.object({ person: PersonDetails }),
    callers: ['program'],
  }),
  'people.rename': command({
    summary: 'Give a person another name',
    input: z.object({ person: PersonReference, name: PersonName }),
    output: z.object({
      person: Person,
      undo: Undo,
      alike: Namesakes,
      warnings: z.array(z.string()),
    }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.merge': command({
    summary: 'Move all templates of one person to another',
    input: z.object({ from: PersonReference, into: PersonReference }),
    output: z.object({ person: Person, undo: Undo }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.similar': command({
    summary: 'Who looks most like a person: whom to merge them with',
    input: z.object({
      person: PersonReference,
      /** How many, nearest first. */
      top: z.int().min(1).max(100).default(12),
      /** Only these people, each of them; `top` is of no account then. */
      among: z.array(PersonId).max(500).optional(),
    }),
    output: z.object({
      /** Without people who have no photo for the encoder in use. */
      similar: z.array(SimilarPerson),
    }),
    callers: ['program'],
  }),
  'people.hide': command({
    summary:
      'Leave a person out of the gallery that is shown, or take them back in; they stay recognized',
    input: z.object({ person: PersonReference, hidden: z.boolean() }),
    output: z.object({ person: Person }),
    callers: ['program'],
    changes: ['people.changed'],
  }),
  'people.choosePortrait': command({
    summary:
      'Say which photo stands for a person; null leaves it to the quality of the photos again',
    input: z.object({ person: PersonReference, template: TemplateId.nullable() }),
    output: z.object({ person: Person }),
    callers: ['program'],
    changes: ['people.changed'],
  }),
  'people.split': command({
    summary: 'Move some templates of a person to a new one',
    input: z.object({
      person: PersonReference,
      templates: z.array(TemplateId).min(1).max(10_000),
      name: PersonName,
    }),
    output: z.object({
      person: Person,
      from: Person,
      undo: Undo,
      alike: Namesakes,
      warnings: z.array(z.string()),
    }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.removeTemplate': command({
    summary: 'Forget one photo of a person, because it shows somebody else or is bad',
    input: z.object({ person: PersonReference, template: TemplateId }),
    output: z.object({ person: Person }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.reject': command({
    summary: 'Say that a face is not this person, so that it is not taken for them again',
    input: z.object({
      person: PersonReference,
      image: ImageSource,
      /** Of several faces the one at this point of the upright picture; else the largest. */
      at: Point.optional(),
    }),
    output: z.object({
      person: PersonDetails,
      /** The number of the example, to take it back with. */
      example: z.int().positive(),
      /** From the nearest template of the person. */
      distance: z.number(),
      /** Beyond which nobody is named as this person from now on, at most that of everybody. */
      threshold: z.number(),
      warnings: z.array(z.string()),
    }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.unreject': command({
    summary: 'Take back that a face was not this person',
    input: z.object({ person: PersonReference, example: z.int().positive() }),
    output: z.object({ person: PersonDetails }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.noteConsent': command({
    summary: "Keep a note on a person's agreement",
    input: z.object({ person: PersonReference, note: z.string().trim().min(1).max(2000) }),
    output: z.object({ person: PersonDetails }),
    callers: ['program'],
    changes: ['people.changed'],
  }),
  'people.portraits': command({
    summary: 'Small pictures of templates, where they are kept',
    input: z.object({ templates: z.array(TemplateId).max(200) }),
    output: z.object({ portraits: z.array(z.object({ template: TemplateId, jpeg: Bytes })) }),
    callers: ['program'],
  }),
  'people.delete': command({
    summary: 'Delete a person and everything kept of them',
    input: z.object({ person: PersonReference }),
    output: z.object({
      deleted: Person,
      undo: Undo,
      /** What went with the person, in entries. */
      receipt: z.object({
        templates: z.int(),
        consents: z.int(),
        activity: z.int(),
        portraits: z.int(),
        attendance: z.int(),
        impostors: z.int(),
        /** Former states of the database, and unfinished copies of it, that went along. */
        copies: z.int(),
        /** No byte of it is left in the database's files; if not, that is tried until it is so. */
        scrubbed: z.boolean(),
        /** Why it is not; null where it is. */
        obstacle: z.enum(['in-use', 'disk-full', 'unwritable']).nullable(),
        /**
         * Files that may still show the person: backups, pictures and paintings belong to the user,
         * former states could not be removed, unfinished copies are being made or out of reach.
         */
        remaining: z.array(
          z.object({
            file: OwnersPlace,
            kind: z.enum(['backup', 'picture', 'painting', 'former', 'unfinished']),
          }),
        ),
      }),
    }),
    callers: ['program'],
    changes: ['people.changed', 'activity.added'],
  }),
  'people.undo': command({
    summary: 'Take a rename, merge, split or deletion back, within half a minute',
    input: z.object({ ticket: Undo }),
    output: z.object({
      /** Who is to be shown now. */
      person: PersonId,
    }),
    changes: ['people.changed', 'activity.added'],
  }),
} as const;
