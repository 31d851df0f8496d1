import { html, type Html } from './html.ts';

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
