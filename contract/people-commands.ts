import { z } from 'zod';
import { command } from './command.ts';
import { OwnersPlace } from './places.ts';
import { ImageSource, Namesakes, PersonId, PersonName, Point } from './values.ts';
import { Bytes, TemplateId } from './window-values.ts';

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
  'people.list': command(
    'Everyone enrolled',
    z.object({}),
    z.object({ people: z.array(ListedPerson) }),
  ),
  'people.show': command(
    'One person with templates and consent',
    z.object({ person: PersonReference }),
    z.object({ person: PersonDetails }),
  ),
  'people.rename': command(
    'Give a person another name',
    z.object({ person: PersonReference, name: PersonName }),
    z.object({
      person: Person,
      undo: Undo,
      alike: Namesakes,
      warnings: z.array(z.string()),
    }),
  ),
  'people.merge': command(
    'Move all templates of one person to another',
    z.object({ from: PersonReference, into: PersonReference }),
    z.object({ person: Person, undo: Undo }),
  ),
  'people.similar': command(
    'Who looks most like a person: whom to merge them with',
    z.object({
      person: PersonReference,
      /** How many, nearest first. */
      top: z.int().min(1).max(100).default(12),
      /** Only these people, each of them; `top` is of no account then. */
      among: z.array(PersonId).max(500).optional(),
    }),
    z.object({
      /** Without people who have no photo for the encoder in use. */
      similar: z.array(SimilarPerson),
    }),
  ),
  'people.hide': command(
    'Leave a person out of the gallery that is shown, or take them back in; they stay recognized',
    z.object({ person: PersonReference, hidden: z.boolean() }),
    z.object({ person: Person }),
  ),
  'people.choosePortrait': command(
    'Say which photo stands for a person; null leaves it to the quality of the photos again',
    z.object({ person: PersonReference, template: TemplateId.nullable() }),
    z.object({ person: Person }),
  ),
  'people.split': command(
    'Move some templates of a person to a new one',
    z.object({
      person: PersonReference,
      templates: z.array(TemplateId).min(1).max(10_000),
      name: PersonName,
    }),
    z.object({
      person: Person,
      from: Person,
      undo: Undo,
      alike: Namesakes,
      warnings: z.array(z.string()),
    }),
  ),
  'people.removeTemplate': command(
    'Forget one photo of a person, because it shows somebody else or is bad',
    z.object({ person: PersonReference, template: TemplateId }),
    z.object({ person: Person }),
  ),
  'people.reject': command(
    'Say that a face is not this person, so that it is not taken for them again',
    z.object({
      person: PersonReference,
      image: ImageSource,
      /** Of several faces the one at this point of the upright picture; else the largest. */
      at: Point.optional(),
    }),
    z.object({
      person: PersonDetails,
      /** The number of the example, to take it back with. */
      example: z.int().positive(),
      /** From the nearest template of the person. */
      distance: z.number(),
      /** Beyond which nobody is named as this person from now on, at most that of everybody. */
      threshold: z.number(),
      warnings: z.array(z.string()),
    }),
  ),
  'people.unreject': command(
    'Take back that a face was not this person',
    z.object({ person: PersonReference, example: z.int().positive() }),
    z.object({ person: PersonDetails }),
  ),
  'people.noteConsent': command(
    "Keep a note on a person's agreement",
    z.object({ person: PersonReference, note: z.string().trim().min(1).max(2000) }),
    z.object({ person: PersonDetails }),
  ),
  'people.portraits': command(
    'Small pictures of templates, where they are kept',
    z.object({ templates: z.array(TemplateId).max(200) }),
    z.object({ portraits: z.array(z.object({ template: TemplateId, jpeg: Bytes })) }),
  ),
  'people.delete': command(
    'Delete a person and everything kept of them',
    z.object({ person: PersonReference }),
    z.object({
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
  ),
  'people.undo': command(
    'Take a rename, merge, split or deletion back, within half a minute',
    z.object({ ticket: Undo }),
    z.object({
      /** Who is to be shown now. */
      person: PersonId,
    }),
  ),
} as const;
