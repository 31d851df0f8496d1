// A host process for tests: it does what the input of a `warmUp` request says.
const { behavior = 'answer' } = JSON.parse(process.env.HOST_DOUBLE ?? '{}');

const respond = (id, result) => process.send({ kind: 'response', id, result });

const acts = {
  answer: (id, payload) => respond(id, { ok: true, value: { pid: process.pid, payload } }),
  refuse: (id) =>
    respond(id, {
      ok: false,
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
    respond(9999, { ok: true, value: null });
    acts.answer(id, payload);
  },
  'answer late': (id, payload) => setTimeout(() => acts.answer(id, payload), 300),
  malformed: (id) => respond(id, { ok: false, error: { code: 'made_up' } }),
};

let configuration;
process.on('message', (message) => {
  if (message.kind === 'configure') configuration = message.configuration;
  if (message.kind === 'shutdown') process.exit(0);
  if (message.kind === 'request')
    acts[message.input.act ?? 'answer'](message.id, { ...message.input, configuration });
});
process.on('disconnect', () => process.exit(0));

if (behavior === 'die') process.exit(3);
if (behavior !== 'mute') process.send({ kind: 'ready', pid: process.pid });
