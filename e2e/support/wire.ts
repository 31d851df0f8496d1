import { decode, encode } from '@msgpack/msgpack';
import type { Page } from '@playwright/test';
import type { CommandName } from '../../contract/commands.ts';
import { ToShell, ToWindow, wirePaths } from '../../contract/wire.ts';

export type Answer = Extract<ToWindow, { kind: 'response' }>['result'];

/** What a window hears instead of the shell's answer; undefined: what the shell said. */
export type Change = (command: CommandName, answer: Answer) => Answer | undefined;

/** Stands between a window and its shell. Has to be called before the page is opened. */
export async function changeAnswers(page: Page, change: Change): Promise<void> {
  await page.routeWebSocket(
    (url) => url.pathname.endsWith(wirePaths.socket),
    (socket) => {
      const asked = new Map<number, CommandName>();
      const shell = socket.connectToServer();
      socket.onMessage((frame) => {
        const message = ToShell.parse(decode(frame as Buffer));
        if (message.kind === 'request') asked.set(message.id, message.command as CommandName);
        shell.send(frame);
      });
      shell.onMessage((frame) => {
        const message = ToWindow.parse(decode(frame as Buffer));
        const command = message.kind === 'response' ? asked.get(message.id) : undefined;
        const result =
          message.kind === 'response' && command !== undefined
            ? change(command, message.result)
            : undefined;
        const other = { ...message, ...(result === undefined ? {} : { result }) };
        socket.send(
          result === undefined ? frame : Buffer.from(encode(other, { ignoreUndefined: true })),
        );
      });
    },
  );
}
