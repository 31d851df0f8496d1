import { expect, test } from 'vitest';
import { z } from 'zod';
import { commands } from './commands.ts';

interface Schema {
  readonly type?: string;
  readonly maxItems?: number;
  readonly prefixItems?: readonly Schema[];
}

/** The paths of lists without a limit. */
function unlimited(schema: unknown, where: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, maxItems, prefixItems } = schema as Schema;
  const isOpen = type === 'array' && maxItems === undefined && prefixItems === undefined;
  const inner = Object.entries(schema).flatMap(([key, part]) => unlimited(part, `${where}.${key}`));
  return isOpen ? [where, ...inner] : inner;
}

test('every list that comes from outside has a limit', () => {
  const found = Object.entries(commands).flatMap(([name, { input }]) =>
    unlimited(z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }), name),
  );
  expect(found).toEqual([]);
});
