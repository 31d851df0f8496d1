import { once } from 'node:events';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Act, CommandContext } from '../act.ts';
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
    ...(options.tlsCert === undefined ? {} : { certFile: options.tlsCert }),
    ...(options.tlsKey === undefined ? {} : { keyFile: options.tlsKey }),
  });
  const { link, port } = server;
  terminal.out.write(settings.json ? `${JSON.stringify({ link, port })}\n` : `${link}\n`);
  const browser = options.open ? (options.browser ?? browsers.findBrowser()) : null;
  if (options.open && browser === null)
    terminal.err.write('No Chromium, Chrome or Edge was found; open the link yourself.\n');
  const stopped = interrupted(terminal);
  if (browser === null) await stopped;
  else {
    const profile = path.join(settings.dataDir, 'browser');
    const window = { link, browser, profile, kiosk: options.kiosk };
    const end = await browsers.openBrowser(window, terminal.signal);
    if (end === 'failed' && !terminal.signal.aborted) {
      terminal.err.write(`${browser} could not show the window; open the link yourself.\n`);
      await stopped;
    }
  }
  return null;
}

async function interrupted({ signal }: Terminal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('must be a number from 0 to 65535.');
}
