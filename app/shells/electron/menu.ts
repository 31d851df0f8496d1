import type { MenuItemConstructorOptions } from 'electron';
import type { Electron } from './electron-api.ts';

/** What every platform expects of a window, and nothing that leads out of it. */
export function setMenu(
  { Menu, app }: Pick<Electron, 'Menu' | 'app'>,
  platform: NodeJS.Platform,
  inspectable: boolean,
): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(app.name, platform, inspectable)));
}

export function menuTemplate(
  name: string,
  platform: NodeJS.Platform,
  inspectable: boolean,
): MenuItemConstructorOptions[] {
  const application: MenuItemConstructorOptions[] =
    platform === 'darwin' ? [{ label: name, role: 'appMenu' }] : [];
  return [
    ...application,
    { role: 'fileMenu' },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(inspectable ? ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const) : []),
      ],
    },
    { role: 'windowMenu' },
  ];
}
