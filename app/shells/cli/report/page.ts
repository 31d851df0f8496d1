import { html, Html } from './html.ts';
import { styles } from './styles.ts';

export interface Page {
  readonly title: string;
  readonly body: Html;
}

/** A whole page that stands alone: no script, no font, picture or style from elsewhere. */
export function page({ title, body }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Html(styles)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}
