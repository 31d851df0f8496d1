// A host process for tests: it does what the payload of a `warmUp` request says.
const { behavior = 'answer' } = JSON.parse(process.env.HOST_DOUBLE ?? '{}');

const acts = {
  answer: (id, payload) =>
    process.send({ kind: 'result', id, value: { pid: process.pid, payload } }),
  refuse: (id) =>
    process.send({
      kind: 'failure',
      id,
      error: { code: 'no_face', message: 'No face.', details: { file: 'a.jpg' } },
    }),
  progress: (id, payload) => {
    process.send({ kind: 'progress', id, progress: { stage: 'Working', done: 1, total: 2 } });
    acts.answer(id, payload);
  },
  crash: () => {
    process.stderr.write('something went very wrong\n', () => process.exit(7));
  },
  hang: () => undefined,
  block: () => {
    for (;;);
  },
  gibberish: () => process.send('what?'),
  nothing: () => process.send(null),
  'wild progress': (id) => process.send({ kind: 'progress', id, progress: { done: 'soon' } }),
  'stray reply': (id, payload) => {
    process.send({ kind: 'result', id: 9999, value: null });
    acts.answer(id, payload);
  },
  'answer late': (id, payload) => setTimeout(() => acts.answer(id, payload), 300),
  malformed: (id) => process.send({ kind: 'failure', id, error: { code: 'made_up' } }),
};

let configuration;
process.on('message', (message) => {
  if (message.kind === 'configure') configuration = message.configuration;
  if (message.kind === 'shutdown') process.exit(0);
  if (message.kind === 'request')
    acts[message.payload.act ?? 'answer'](message.id, { ...message.payload, configuration });
});
process.on('disconnect', () => process.exit(0));

if (behavior === 'die') process.exit(3);
if (behavior !== 'mute') process.send({ kind: 'ready', pid: process.pid });
