import { z } from 'zod';
import { commandNames, commands, type CommandName } from '../../../../contract/commands.ts';
import { ErrorData } from '../../../../contract/errors.ts';
import { placeOf, type Place } from '../../../../contract/places.ts';
import { version } from '../../../../contract/version.ts';
import { wireLimits, wirePaths } from '../../../../contract/wire.ts';
import { mayCall } from '../../wire/access.ts';
import type { JsonSchema } from './bodies.ts';

/** What other programs may call. */
export const restCommands: readonly CommandName[] = commandNames.filter((name) =>
  mayCall('program', name),
);

/** The command's input or output as JSON Schema 2020-12; bytes are strings of base64. */
export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: target }) => {
      // The contract's only schemas of a class are bytes.
      if (zodSchema._zod.def.type === 'custom')
        Object.assign(target, { type: 'string', contentEncoding: 'base64' });
      const place = io === 'input' ? placeOf(zodSchema as unknown as z.ZodType) : undefined;
      if (place !== undefined) Object.assign(target, { description: describe(place) });
    },
  }) as JsonSchema;

/** What a program may give where a field names a place: `app/services/programs.ts` holds it to that. */
function describe({ names, access, when }: Place): string {
  if (names === 'address') return 'Not for programs: answered with path_refused.';
  if (when === 'later')
    return access === 'read'
      ? 'A picture that was handed over: the path that pictures.add, samples.list or samples.styles answers.'
      : 'Not for programs: answered with path_refused. Get the finished picture with paintings.export.';
  const how = access === 'read' ? 'may read' : 'may write to';
  return `A ${names} in a folder that the owner lets programs into, and that they ${how}: "name/path/in/it".`;
}

/** The REST interface as OpenAPI 3.1, derived from the table of commands. */
export function openApi(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Likeness',
      version,
      description:
        'Every command as POST, its input and output as JSON, bytes as base64. A failure is ' +
        '`{"error": {code, message, details}}`; codes are stable. Where an input has an `image`, ' +
        'the picture itself may be the body, the other fields the query. A body may have ' +
        `${wireLimits.messageBytes / 2 ** 20} MiB; a larger one is answered with 413. ` +
        'Programs hand pictures over as bytes and get bytes back. A path is "name/path/in/it" of a ' +
        'folder that the owner allows in the settings, under "Access by programs"; any other, and every ' +
        'address, is answered with `path_refused`. Answers name files in the same way.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: wirePaths.api }],
    security: [{ key: [] }],
    paths: Object.fromEntries(restCommands.map((name) => [`/${name}`, { post: operation(name) }])),
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'Made and revoked under Settings, API access.',
        },
      },
      responses: {
        Failure: {
          description: 'Refused or failed',
          content: {
            'application/json': { schema: jsonSchema(z.object({ error: ErrorData }), 'output') },
          },
        },
      },
    },
  };
}

function operation(name: CommandName): object {
  const { summary, input, output } = commands[name];
  const schema = jsonSchema(input, 'input');
  return {
    operationId: name,
    summary,
    tags: [name.split('.', 1)[0]],
    requestBody: { required: needsBody(schema), content: bodies(schema) },
    responses: {
      200: {
        description: 'Done',
        content: { 'application/json': { schema: jsonSchema(output, 'output') } },
      },
      default: { $ref: '#/components/responses/Failure' },
    },
  };
}

const bodies = (schema: JsonSchema): object => ({
  'application/json': { schema },
  ...(schema.properties?.image === undefined ? {} : { 'image/*': {} }),
});

const needsBody = (schema: JsonSchema): boolean =>
  ((schema as { readonly required?: readonly string[] }).required ?? []).length > 0;
