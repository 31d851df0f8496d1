import { once } from 'node:events';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { LikenessError } from '../../../../contract/errors.ts';
import type { Act, Answer, CommandContext } from '../act.ts';
import type { Terminal } from '../terminal.ts';

interface Options {
  readonly port?: number;
  readonly host: string;
  readonly kiosk: boolean;
  readonly open: boolean;
  readonly browser?: string;
  readonly allowRemote: boolean;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export function registerServe(program: Command, act: Act): void {
  program
    .command('serve')
    .description('show Likeness in a browser, and let other programs call it')
    .option('--port <number>', 'where to listen; 0: any that is free', portNumber)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--kiosk', 'lock the window into the kiosk until its PIN is given', false)
    .option('--open', 'open the window; Likeness ends when it is closed', false)
    .option('--browser <file>', 'the browser of --open: Chromium, Chrome or Edge')
    .option('--allow-remote', 'let other machines in; needs a certificate', false)
    .option('--tls-cert <file>', 'certificate (PEM)')
    .option('--tls-key <file>', 'its private key (PEM)')
    .action(act(serve));
  program
    .command('link')
    .description('print a new link to the window of the Likeness that runs on this data folder')
    .action(act(link));
}

async function serve(context: CommandContext, options: Options): Promise<null> {
  const { settings, terminal } = context;
  // Loaded here, as the other commands need no server.
  const [{ serve: start }, browsers] = await Promise.all([
    import('../../server/serve.ts'),
    import('../../server/browser.ts'),
  ]);
  await using server = await start(await context.session(), {
    port: options.port,
    host: options.host,
    kiosk: options.kiosk,
    allowRemote: options.allowRemote,
    dataDir: settings.dataDir,
    tell: (line) => {
      terminal.err.write(`${line}\n`);
    },
    ...(options.tlsCert === undefined ? {} : { certFile: options.tlsCert }),
    ...(options.tlsKey === undefined ? {} : { keyFile: options.tlsKey }),
  });
  const { port, newLink } = server;
  const browser = options.open ? (options.browser ?? browsers.findBrowser()) : null;
  if (options.open && browser === null)
    terminal.err.write('No Chromium, Chrome or Edge was found; open the link yourself.\n');
  const say = (link: string | null): void => {
    const line = settings.json ? JSON.stringify({ link, port }) : (link ?? server.origin);
    terminal.out.write(`${line}\n`);
  };
  // A link that nobody is to open would wait in a log for whoever reads it.
  say(browser === null ? newLink() : null);
  using asking = terminal.onEnter(() => say(newLink()));
  if (!settings.json) terminal.err.write(hint(browser !== null, asking !== null));
  const stopped = interrupted(terminal);
  if (browser === null) await stopped;
  else {
    const profile = path.join(settings.dataDir, 'browser');
    const window = { newLink, browser, profile, kiosk: options.kiosk };
    const end = await browsers.openBrowser(window, terminal.signal);
    if (end === 'failed' && !terminal.signal.aborted) {
      terminal.err.write(`${browser} could not show the window; open this link yourself.\n`);
      say(newLink());
      await stopped;
    }
  }
  return null;
}

function hint(opened: boolean, interactive: boolean): string {
  const another = interactive ? 'Press Enter for another link.' : 'Another link: likeness link';
  return opened ? `${another}\n` : `The link opens one window, within 15 minutes. ${another}\n`;
}

/** Links of servers that other processes have started. */
async function link({ settings: { dataDir } }: CommandContext): Promise<Answer> {
  const { makeLinks } = await import('../../server/sessions.ts');
  const links = await makeLinks(dataDir);
  if (links.length === 0)
    throw new LikenessError('server_missing', `No Likeness serves a window on ${dataDir}.`);
  return { json: { links }, text: () => links.join('\n') };
}

async function interrupted({ signal }: Terminal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('must be a number from 0 to 65535.');
}
