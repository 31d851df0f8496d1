import type { BrowserWindow, Electron } from './electron-api.ts';

/** Work that is lost, or has to be begun anew, when the window closes. A painting goes on later. */
const lasting: ReadonlySet<string> = new Set([
  'backup.create',
  'backup.restore',
  'enrollment.importFolder',
  'evaluation.run',
  'calibration.run',
  'models.adopt',
  'models.compare',
  'models.fetch',
  'samples.enroll',
]);

/** Asks once before a window closes over work that would be lost. */
export function askBeforeLosing(
  { dialog }: Pick<Electron, 'dialog'>,
  window: BrowserWindow,
  pending: () => readonly string[],
): void {
  let agreed = false;
  window.on('close', (event) => {
    if (agreed || event.defaultPrevented || !pending().some((name) => lasting.has(name))) return;
    const choice = dialog.showMessageBoxSync(window, {
      type: 'question',
      message: 'Likeness is still at work.',
      detail: 'What is finished so far is kept. The rest is stopped.',
      buttons: ['Stop and close', 'Continue'],
      defaultId: 1,
      cancelId: 1,
      noLink: true,
    });
    if (choice === 0) agreed = true;
    else event.preventDefault();
  });
}
