/** Markup that may be put into a page as it is. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Piece = string | number | Html | readonly Piece[] | null | undefined | false;

/** A template whose holes are escaped unless they are markup themselves; lists are joined. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(String.raw({ raw: strings }, ...pieces.map(render)));
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.markup;
  if (typeof piece === 'string') return escape(piece);
  if (typeof piece === 'number') return `${piece}`;
  return piece.map(render).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string) => text.replace(/[&<>"']/gu, (character) => entities[character]!);

/** The look of all reports: the reader's own light or dark, system type, one accent. */
export const styles = `
:root {
  --paper: #fbfaf8; --card: #ffffff; --ink: #1b1a18; --soft: #6d6a64; --faint: #a5a199;
  --line: #e6e3dd; --track: #eeebe5; --accent: #0b7d62; --accent-soft: #d7ece4;
  --warn: #a15c07; --probable: #61700f; --other: #8b8780; --shadow: 0 1px 2px #1b1a180a, 0 12px 32px -16px #1b1a1826;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131312; --card: #1b1b1a; --ink: #efede8; --soft: #a09c94; --faint: #6c6963;
    --line: #2c2b29; --track: #2b2a28; --accent: #4fd1a5; --accent-soft: #1d3a31;
    --warn: #e0a458; --probable: #c9d96b; --other: #8f8b84; --shadow: 0 1px 2px #0006, 0 16px 40px -20px #000a;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  background: var(--paper); color: var(--ink); padding: 0 24px 96px;
  font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased;
}
main { max-width: 1120px; margin: 0 auto; }
main.wide { max-width: 1600px; padding-top: 24px; }
header { padding: 72px 0 40px; }
h1 { font-size: 40px; line-height: 1.12; font-weight: 640; letter-spacing: -0.022em; }
h2 { font-size: 21px; font-weight: 620; letter-spacing: -0.012em; }
h3 { font-size: 15px; font-weight: 600; }
.lead { color: var(--soft); font-size: 17px; max-width: 62ch; margin-top: 12px; text-wrap: pretty; }
.eyebrow {
  color: var(--accent); font-size: 12px; font-weight: 600; letter-spacing: 0.09em;
  text-transform: uppercase; margin-bottom: 14px;
}
.soft { color: var(--soft); }
.small { font-size: 13px; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  box-shadow: var(--shadow); overflow: hidden;
}
section { margin-top: 64px; }
section > h2 + p { color: var(--soft); margin-top: 4px; max-width: 68ch; }

.facts { display: flex; flex-wrap: wrap; gap: 0; margin-top: 36px; border-block: 1px solid var(--line); }
.facts div { flex: 1 1 130px; padding: 16px 20px 16px 0; }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { font-size: 22px; font-weight: 600; letter-spacing: -0.015em; margin: 2px 0 0; white-space: nowrap; }

.photo { position: relative; overflow: hidden; background: #111; border-radius: 14px; }
.photo img { display: block; width: 100%; height: 100%; object-fit: cover; }
.photo .face {
  position: absolute; border: 2px solid #fff; border-radius: 7px;
  box-shadow: 0 0 0 1px #0006, inset 0 0 0 1px #0003;
}
.photo .face.sure { border-color: #4fd1a5; }
.photo .face.probable { border-color: #cfe06a; }
.photo .face.barely { border-color: #ffc36b; }
.photo .face span {
  position: absolute; top: calc(100% + 7px); left: 50%; transform: translateX(-50%);
  padding: 2px 9px 3px; border-radius: 99px; white-space: nowrap;
  font-size: 13px; font-weight: 600; line-height: 1.4; letter-spacing: 0.002em;
  color: #fff; background: #101010c9; backdrop-filter: blur(6px);
}
.photo .face.sure span { color: #062b20; background: #4fd1a5; }
.photo .face.probable span { color: #262b06; background: #cfe06a; }
.photo .face.barely span { color: #2b1c06; background: #ffc36b; }
.photo .face.unknown { border-style: dashed; }
.photo .face.unknown span { font-weight: 500; }

.chart { display: block; width: 100%; height: auto; font-size: 12px; }
.chart text { fill: var(--soft); }
.chart .title { fill: var(--ink); }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart .axis { stroke: var(--faint); stroke-width: 1; }
.chart .curve { fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linejoin: round; }
.chart .curve.second { stroke: var(--warn); stroke-dasharray: 7 3; }
.chart .chance { fill: none; stroke: var(--faint); stroke-dasharray: 3 4; }
.chart .point { fill: var(--card); stroke: var(--accent); stroke-width: 2; }
.chart .mated { fill: var(--accent); fill-opacity: 0.28; stroke: var(--accent); stroke-width: 1.75; }
.chart .non-mated { fill: var(--other); fill-opacity: 0.2; stroke: var(--other); stroke-width: 1.75; }
.chart .threshold { stroke: var(--warn); stroke-width: 1.5; stroke-dasharray: 5 4; }
.chart .threshold-label { fill: var(--warn); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 24px; margin-top: 24px; }
.charts .wide { grid-column: 1 / -1; }
.charts .card { padding: 22px 24px 16px; }
.charts .card p { color: var(--soft); font-size: 13px; margin: 2px 0 12px; }
.legend { display: flex; gap: 20px; font-size: 13px; color: var(--soft); margin: 6px 0 8px; }
.legend i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 7px; background: var(--other); }
.legend i.mated { background: var(--accent); }
.legend i.second { background: var(--warn); }

section.probe { margin-top: 48px; }
.probe > .photo { box-shadow: var(--shadow); }
.faces { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px 40px; margin-top: 12px; }
.faces:has(> :nth-child(4):last-child) { grid-template-columns: repeat(2, 1fr); }
@media (max-width: 960px) { .faces, .faces:has(> :nth-child(4):last-child) { grid-template-columns: 1fr; } }
.faces article { display: grid; grid-template-columns: 132px 1fr; gap: 20px; padding: 20px 0; align-items: start; }
.faces .pair { position: relative; height: 72px; }
.faces img { position: absolute; left: 0; width: 72px; height: 72px; border-radius: 50%; object-fit: cover; z-index: 1; box-shadow: 0 0 0 3px var(--paper); }
.faces img + img { left: 66px; top: 5px; width: 62px; height: 62px; z-index: 0; }
.faces .unknown img + img { filter: grayscale(1); opacity: 0.45; }
.faces h3 { font-size: 17px; line-height: 1.3; }
.faces .sure h3 { color: var(--accent); }
.faces .probable h3 { color: var(--probable); }
.faces .barely h3 { color: var(--warn); }
.faces .unknown h3 { font-weight: 500; }
.faces dl { display: grid; grid-template-columns: auto 1fr; gap: 10px 14px; margin-top: 14px; font-size: 13px; }
.faces dt { color: var(--soft); }
.faces dd { margin: 0; min-width: 0; }
.faces dd p { color: var(--soft); margin-top: 3px; }

.scale { position: relative; height: 6px; margin-top: 7px; border-radius: 3px; background: var(--track); }
.scale b { position: absolute; inset: 0 auto 0 0; border-radius: 3px 0 0 3px; background: var(--accent-soft); }
.scale u { position: absolute; top: -4px; bottom: -4px; width: 2px; margin-left: -1px; border-radius: 1px; background: var(--ink); }
.scale i { position: absolute; top: 50%; width: 5px; height: 5px; transform: translate(-50%, -50%); border-radius: 50%; background: var(--faint); }
.scale i.best { width: 12px; height: 12px; background: var(--other); border: 2px solid var(--paper); }
.scale i.best.within { background: var(--accent); }
.quality { display: grid; grid-template-columns: 1fr auto; gap: 0 10px; align-items: center; font-size: 13px; }
.quality .bar { height: 6px; border-radius: 3px; background: var(--track); overflow: hidden; }
.quality .bar b { display: block; height: 100%; border-radius: 3px; background: var(--soft); }
.quality span { color: var(--soft); }
.quality p { grid-column: 1 / -1; color: var(--soft); font-size: 12.5px; line-height: 1.4; }

.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 28px 20px; margin-top: 24px; }
.gallery img { display: block; width: 100%; aspect-ratio: 1; border-radius: 14px; object-fit: cover; }
.gallery h3 { margin: 8px 0 2px; }
.gallery .refused img { filter: grayscale(1); opacity: 0.55; }
.gallery .refused p { color: var(--warn); font-size: 12.5px; line-height: 1.4; }
.album { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 20px; margin-top: 24px; }
.album .photo .face span { font-size: 12px; padding: 1px 7px 2px; top: calc(100% + 5px); }

table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 500; font-size: 13px; color: var(--soft); }
th, td { padding: 11px 20px; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
.charts td, .charts th { padding: 5px 10px; white-space: nowrap; }
td.number, th.number { text-align: right; }
footer { margin-top: 72px; padding-top: 20px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
`;

/** A row of numbers with their names. */
export const facts = (pairs: readonly (readonly [name: string, value: string])[]): Html =>
  html`<dl class="facts">
    ${pairs.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;

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
