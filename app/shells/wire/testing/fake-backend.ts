import {
  commands,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type CommandPayload,
} from '../../../../contract/commands.ts';
import { LikenessError } from '../../../../contract/errors.ts';
import { Settings, type ApiKey } from '../../../../contract/application.ts';
import type { CallOptions } from '../../../services/context.ts';
import type { EventListener } from '../../../services/events.ts';
import type { Backend } from '../access.ts';

/** What stands in for the services: one function per command that a test expects. */
export type Fakes = {
  readonly [N in CommandName]?: (
    payload: CommandPayload<N>,
    call: CallOptions,
  ) => CommandOutput<N> | Promise<CommandOutput<N>>;
};

export interface FakeBackend extends Backend {
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly listeners: number;
  readonly emit: EventListener;
}

export const secret = 'lk_0123456789';
const key: ApiKey = {
  id: 1,
  name: 'Door',
  createdAt: '2026-03-01T10:00:00.000Z',
  lastUsedAt: null,
};

/** Services with the contract's own checks of what goes in and what comes out. */
export function fakeBackend(fakes: Fakes = {}): FakeBackend {
  const calls: { name: string; input: unknown }[] = [];
  const listeners = new Set<EventListener>();
  return {
    calls,
    get listeners() {
      return listeners.size;
    },
    emit: (name, payload) => listeners.forEach((listener) => listener(name, payload)),
    dispatch: async (name, input, call = {}) => {
      calls.push({ name, input });
      return answer({ ...usual, ...fakes }, name, input, call);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    checkKey: (shown) => (shown === secret ? key : null),
  };
}

async function answer<N extends CommandName>(
  fakes: Fakes,
  name: N,
  input: CommandInput<N>,
  call: CallOptions,
): Promise<CommandOutput<N>> {
  const parsed = commands[name].input.safeParse(input);
  if (!parsed.success) throw new LikenessError('invalid_input', `${name} cannot use its input.`);
  const fake = fakes[name];
  if (fake === undefined) throw new LikenessError('internal', `${name} was not expected.`);
  const output = await fake(parsed.data as CommandPayload<N>, call);
  commands[name].output.parse(output);
  return output;
}

const usual: Fakes = {
  'settings.get': () => ({ settings: Settings.parse({}) }),
  'system.status': () => status(true),
  'people.list': () => ({ people: [] }),
  'kiosk.lock': () => ({}),
  'kiosk.unlock': ({ pin }) => {
    if (pin === '2580') return {};
    throw new LikenessError('invalid_input', 'The PIN is not the right one.');
  },
};

export const status = (pinSet: boolean): CommandOutput<'system.status'> => ({
  version: '0.0.0',
  platform: 'test',
  dataFolder: '/nowhere',
  recognition: null,
  hosts: { recognition: { kind: 'idle' }, studio: { kind: 'idle' } },
  people: 0,
  templates: 0,
  kiosk: { pinSet, locked: false },
});
