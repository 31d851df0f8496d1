import type { Page } from '@playwright/test';
import { measureLayout, type LayoutFault } from '../support/layout.ts';
import { expect, test } from '../support/test.ts';

/** What `measureLayout` says of a page in a window of 400 × 300, as fault and text. */
async function faultsOf(page: Page, body: string): Promise<string[]> {
  await page.setViewportSize({ width: 400, height: 300 });
  await page.setContent(`<!doctype html><style>
    * { box-sizing: border-box; }
    html, body { height: 100%; margin: 0; overflow: hidden; font: 14px/1.4 sans-serif; }
    main { height: 100%; overflow: auto; }
    .card { padding: 4px; border: 1px solid gray; }
  </style><main>${body}</main>`);
  return (await measureLayout(page)).map(({ fault, text }) => `${fault}: ${text}`);
}

const long = 'A sentence that is a good deal longer than the place that it was given';

/** Each plants one fault, and says what has to be found. */
const planted: Readonly<
  Record<string, { readonly body: string; readonly fault: LayoutFault; readonly text: string }>
> = {
  'content wider than the screen': {
    body: '<div style="width: 500px; height: 20px; background: silver"></div>',
    fault: 'overflow',
    text: '',
  },
  'a word wider than its card': {
    body: '<p class="card" style="width: 80px">Donaudampfschifffahrt</p>',
    fault: 'overflow',
    text: 'Donaudampfschifffahrt',
  },
  'lines below the end of their card': {
    body: `<div class="card" style="width: 120px; height: 30px">${long}</div>`,
    fault: 'overflow',
    text: `${long.slice(0, 57)}…`,
  },
  'text behind the edge of its box': {
    body: `<div style="width: 120px; overflow: hidden; white-space: nowrap">${long}</div>`,
    fault: 'cut',
    text: `${long.slice(0, 57)}…`,
  },
  'an ellipsis without the whole text': {
    body: '<p style="width: 80px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">Maximiliane-Theodora</p>',
    fault: 'cut',
    text: 'Maximiliane-Theodora',
  },
  'a hint that its field has no room for': {
    body: '<input style="width: 60px" placeholder="Search by name or note">',
    fault: 'cut',
    text: 'Search by name or note',
  },
  'two buttons on each other': {
    body: `<button style="position: absolute; left: 10px; top: 10px; width: 80px; height: 30px">One</button>
      <button style="position: absolute; left: 70px; top: 20px; width: 80px; height: 30px">Two</button>`,
    fault: 'overlap',
    text: 'Two',
  },
  'two texts on each other': {
    body: `<div style="position: absolute; left: 10px; top: 10px">First line</div>
      <div style="position: absolute; left: 30px; top: 14px">Second line</div>`,
    fault: 'overlap',
    text: 'Second line',
  },
  'a message over a button': {
    body: `<button style="position: absolute; left: 10px; top: 10px; width: 200px">Paint</button>
      <div style="position: fixed; left: 0; top: 0; width: 300px; height: 60px; background: white"></div>`,
    fault: 'covered',
    text: 'Paint',
  },
  'a bar over the last button of a list': {
    body: `<div style="height: 500px"></div><button style="width: 200px; height: 30px">Last</button>
      <div style="position: fixed; inset: auto 0 0 0; height: 200px; background: white">Bar</div>`,
    fault: 'covered',
    text: 'Last',
  },
  'a button where no scrolling leads': {
    body: '<div style="position: fixed; left: 0; top: 350px"><button>Save</button></div>',
    fault: 'unreachable',
    text: 'Save',
  },
  'a button half behind the edge': {
    body: `<div style="position: relative; width: 100px; height: 60px; overflow: hidden">
      <button style="position: absolute; left: 50px; width: 100px">Save</button></div>`,
    fault: 'cut',
    text: 'Save',
  },
  'one word on a line': {
    body: '<p style="width: 3em">How much of the photo is kept</p>',
    fault: 'narrow',
    text: 'How much of the photo is kept',
  },
};

for (const [what, { body, fault, text }] of Object.entries(planted))
  test(`finds ${what}`, async ({ tab }) => {
    expect(await faultsOf(tab, body)).toContain(`${fault}: ${text}`);
  });

test('finds nothing where things are as they are meant', async ({ tab }) => {
  const sound = `
    <p class="card">${long}</p>
    <p title="Maximiliane-Theodora" style="width: 80px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">Maximiliane-Theodora</p>
    <ul style="display: flex; overflow-x: auto; overflow-y: hidden; width: 200px">
      ${Array.from({ length: 9 }, (_, n) => `<li><button style="width: 60px">${n}</button></li>`).join('')}
    </ul>
    <label style="position: relative; display: block"><input type="checkbox"> Agree</label>
    <div style="position: relative; width: 120px; height: 90px"><img alt="">
      <button style="position: absolute; left: 0; top: 0; width: 50px; height: 50px">Ada</button>
      <button style="position: absolute; left: 30px; top: 30px; width: 50px; height: 50px">Bea</button>
    </div>
    <div style="height: 600px"></div>
    <button>Below, where one scrolls to</button>`;
  expect(await faultsOf(tab, sound)).toEqual([]);
});

test('finds the wide page behind no dialog, and what is wrong in the dialog', async ({ tab }) => {
  const found = await faultsOf(
    tab,
    `<div style="width: 500px">Behind</div>
     <div role="dialog" style="position: fixed; inset: 20px; background: white">
       <p style="width: 60px; overflow: hidden; white-space: nowrap">${long}</p>
     </div>`,
  );
  expect(found).toEqual([`cut: ${long.slice(0, 57)}…`]);
});

test('puts every scroll position back', async ({ tab }) => {
  await faultsOf(tab, '<div style="height: 900px"></div><button>Far below</button>');
  expect(await tab.evaluate(() => document.querySelector('main')?.scrollTop)).toBe(0);
});
