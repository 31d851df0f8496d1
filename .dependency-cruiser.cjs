// The import table of ARCHITECTURE.md. Type-only imports count; what is not listed is an error.
const SOURCE = '^(contract|foundation|app|native-models|db|bench|renderer|e2e|scripts)/';
const allow = (from, to) => ({ from: { path: from }, to: { path: to } });
const PACKAGE = (name) => `^node_modules/${name}(/|$)`;
const NODE = { dependencyTypes: ['core'] };
const ENGINE =
  '^native-models/(graph|ops|onnx|autodiff|runtime|images|catalog|evaluation|checkpoint)/';

/** From the ground up; rooms on one floor do not know each other. */
const FLOORS = ['contract', 'foundation', 'native-models|db', 'app', 'renderer', 'bench|e2e'];
const NOTHING_RUNS_UP = FLOORS.slice(0, -1).map((floor, at) => ({
  name: 'no-import-runs-up',
  comment: 'A room imports only what lies under it.',
  severity: 'error',
  from: { path: `^(${floor})/` },
  to: { path: `^(${FLOORS.slice(at + 1).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...NOTHING_RUNS_UP,
    {
      name: 'engine-and-database-apart',
      severity: 'error',
      from: { path: '^(native-models|db)/' },
      to: { path: '^(native-models|db)/', pathNot: '^$1/' },
    },
    { name: 'no-circular', severity: 'error', from: { path: SOURCE }, to: { circular: true } },
    {
      name: 'no-schemas-in-the-window',
      comment:
        'Schemas and their library are a seventh of the window: it takes types from them alone.',
      severity: 'error',
      from: { path: '^renderer/src/', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^contract/',
        pathNot: '^contract/confidence\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure-means-pure',
      comment: 'These folders compute and nothing else: no file, process or network access.',
      severity: 'error',
      from: { path: '^(contract|native-models/(graph|ops|onnx|autodiff|evaluation))/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  allowedSeverity: 'error',
  allowed: [
    // Inside one room everything may meet.
    {
      from: { path: '^(contract|foundation|app/services|app/model-host|db|bench|e2e|scripts)/' },
      to: { path: '^$1/' },
    },
    { from: { path: '^app/shells/([^/]+)/' }, to: { path: '^app/shells/$1/' } },
    { from: { path: '^native-models/([^/]+)/' }, to: { path: '^native-models/$1/' } },
    // Node's own modules; `pure-means-pure` takes them away again where they do not belong.
    { from: { path: SOURCE }, to: NODE },

    // What lies beneath everything.
    allow('^contract/', PACKAGE('zod')),
    allow('^foundation/', '^contract/'),
    allow('^foundation/', PACKAGE('(p-limit|d3-(scale|shape))')),
    allow('^app/services/', PACKAGE('(csv-stringify|fastest-levenshtein)')),
    allow('^(app|db|native-models|bench|e2e)/', '^(contract|foundation)/'),
    allow('^app/services/', '^(app/model-host/|db/store\\.ts$|native-models/evaluation/)'),
    allow('^app/shells/', '^(app/(services|model-host)/|db/)'),
    // The shells differ in how they talk; what they talk to is put together in one place.
    allow('^app/shells/', '^app/shells/compose\\.ts$'),
    allow('^app/shells/', '^app/shells/wire/'),
    allow('^app/shells/electron/', PACKAGE('(electron|env-paths|zod)')),
    allow('^app/shells/cli/commands/serve\\.ts$', '^app/shells/server/'),
    allow(
      '^app/shells/server/',
      PACKAGE('(fastify|@fastify/(cookie|rate-limit|static|websocket)|@msgpack/msgpack|zod)'),
    ),
    allow(
      '^app/shells/cli/',
      `${PACKAGE('(commander|cli-progress|env-paths|sharp|string-width)')}`,
    ),
    allow('^db/', PACKAGE('better-sqlite3')),

    allow('^native-models/host/', '^native-models/'),
    allow('^native-models/(faces|style|training|gallery)/', ENGINE),
    // Photos become training examples by the product's own eyes.
    allow('^native-models/training/', '^native-models/faces/'),
    allow('^native-models/(training|style)/', PACKAGE('ml-matrix')),
    // What paintings are judged by is what their encoder learns, from paintings that it makes.
    allow(
      '^native-models/training/style-encoder/',
      '^native-models/style/(losses\\.ts$|optimizers/|(painter|encoder|prepare)\\.ts$)',
    ),
    allow('^native-models/catalog/', '^native-models/(graph|ops|onnx|runtime)/'),
    allow('^native-models/catalog/', PACKAGE('zod')),
    allow('^native-models/runtime/', '^native-models/(onnx|graph|ops)/'),
    allow('^native-models/runtime/', PACKAGE('onnxruntime-(node|common)')),
    allow('^native-models/images/', PACKAGE('(sharp|libheif-js)')),
    allow('^native-models/(autodiff|onnx|ops)/', '^native-models/graph/'),
    allow('^native-models/onnx/', PACKAGE('(protobufjs|long)')),

    // The window: features → state → api; components know nothing but how they look.
    allow('^renderer/src/', '^contract/'),
    allow('^renderer/src/main\\.ts$', '^renderer/src/(frame|design)/'),
    allow('^renderer/src/early\\.ts$', '^renderer/src/media/'),
    allow('^renderer/src/frame/', '^renderer/src/(frame|features|state|components)/'),
    allow('^renderer/src/features/([^/]+)/', '^renderer/src/(features/$1|state|components)/'),
    allow('^renderer/src/features/', '^renderer/src/api\\.ts$'),
    // A better encoder is offered where people and rates are looked at, too.
    allow(
      '^renderer/src/features/(people|calibrate)/',
      '^renderer/src/features/settings/EncoderOffer\\.svelte$',
    ),
    allow('^renderer/src/state/', '^renderer/src/(state/|strings/|api\\.ts$)'),
    allow('^renderer/src/(strings|components|bridge|media)/', '^renderer/src/$1/'),
    // Scales and shapes, as in the reports.
    allow('^renderer/src/components/charts/', '^foundation/charts\\.ts$'),
    allow('^renderer/src/(state|components)/', '^renderer/src/media/'),
    allow('^renderer/src/api\\.ts$', '^renderer/src/bridge/'),
    // The window's end of the protocol.
    allow('^renderer/src/bridge/', '^foundation/rpc\\.ts$'),
    allow('^renderer/src/bridge/', PACKAGE('@msgpack/msgpack')),
    allow('^renderer/', PACKAGE('svelte')),
    allow('^renderer/src/(frame|features|components)/', PACKAGE('(@lucide/svelte|bits-ui)')),
    allow('^renderer/src/components/', PACKAGE('@tanstack/svelte-virtual')),
    allow('^renderer/(vite|svelte)\\.config\\.', PACKAGE('(vite|@sveltejs/vite-plugin-svelte)')),

    // They run before anything is installed; esbuild is loaded only once it is.
    allow('^scripts/', PACKAGE('esbuild')),
    allow('^scripts/icons\\.mjs$', PACKAGE('sharp')),
    // Takes the table of what commands may touch from where it is known.
    allow('^scripts/security-table\\.mjs$', '^app/shells/wire/access\\.ts$'),
    allow('^scripts/security-table\\.mjs$', PACKAGE('prettier')),

    // Journeys drive the built application in a browser; only portraits and their places are shared.
    allow('^e2e/', '^app/services/testing/'),
    // A browser is opened, and a link is made, as by the product.
    allow('^e2e/support/', '^app/shells/server/(browser|sessions)\\.ts$'),
    // Screens are measured down to the smallest window that the shell allows.
    allow('^e2e/layout/', '^app/shells/electron/window\\.ts$'),
    // Whether Electron's binary is here is decided in one place.
    allow('^e2e/support/desktop/', '^scripts/start\\.mjs$'),
    allow('^e2e/', PACKAGE('(@playwright/test|@axe-core/playwright|@msgpack/msgpack|sharp)')),

    // Benchmarks compare the product, from outside, with its peers.
    allow('^bench/', '^(app|db|native-models)/'),
    // The live view is measured in the window that journeys use: server, browser, webcam.
    allow('^bench/', '^e2e/support/'),
    allow(
      '^bench/',
      PACKAGE(
        '(@vladmandic/face-api|@tensorflow|commander|@playwright/test|@msgpack/msgpack|sharp|onnxruntime-(node|common))',
      ),
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.test\\.ts$|^dist/|/testing/)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};
