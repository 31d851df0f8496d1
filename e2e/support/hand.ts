import { expect, type Locator, type Page } from '@playwright/test';

/** How somebody works the application: journeys say what is done, a hand knows how. */
export interface Hand {
  readonly kind: 'mouse' | 'keyboard';
  /** A button, link, tab, menu item or switch. */
  readonly press: (control: Locator) => Promise<void>;
  readonly fill: (field: Locator, text: string) => Promise<void>;
  /** An option of a select, by the words that are shown. */
  readonly choose: (select: Locator, option: string) => Promise<void>;
  /** Moves a slider to a value. */
  readonly slide: (slider: Locator, value: number) => Promise<void>;
  /** Files for what opens a file picker. */
  readonly pick: (opener: Locator, files: string | readonly string[]) => Promise<void>;
}

export const createHand = (page: Page, kind: Hand['kind']): Hand =>
  kind === 'mouse' ? mouse(page) : keyboard(page);

/** What somebody had to do for a task. */
export interface Effort {
  /** Presses, choices, drags and pickers; a field that has the focus already takes none. */
  readonly clicks: number;
  /** What was typed, in its order. */
  readonly typed: readonly string[];
}

/** The same hand, which counts what it does. */
export function countEffort(hand: Hand): { readonly hand: Hand; readonly effort: () => Effort } {
  let clicks = 0;
  const typed: string[] = [];
  const isFocused = (field: Locator): Promise<boolean> =>
    field.evaluate((element) => element === document.activeElement);
  const counting: Hand = {
    kind: hand.kind,
    press: (control) => {
      clicks += 1;
      return hand.press(control);
    },
    fill: async (field, text) => {
      if (!(await isFocused(field))) clicks += 1;
      typed.push(text);
      await hand.fill(field, text);
    },
    choose: (select, option) => {
      clicks += 1;
      return hand.choose(select, option);
    },
    slide: (slider, value) => {
      clicks += 1;
      return hand.slide(slider, value);
    },
    pick: (opener, files) => {
      clicks += 1;
      return hand.pick(opener, files);
    },
  };
  return { hand: counting, effort: () => ({ clicks, typed }) };
}

const mouse = (page: Page): Hand => ({
  kind: 'mouse',
  press: (control) => control.click(),
  fill: (field, text) => field.fill(text),
  choose: async (select, option) => {
    await select.selectOption({ label: option });
  },
  slide: async (slider, value) => {
    await slider.focus();
    await turn(page, slider, value);
  },
  pick: (opener, files) => pick(page, files, () => opener.click()),
});

const keyboard = (page: Page): Hand => {
  const press = async (control: Locator): Promise<void> => {
    await reach(page, control);
    await page.keyboard.press((await isToggle(control)) ? 'Space' : 'Enter');
  };
  return {
    kind: 'keyboard',
    press,
    fill: async (field, text) => {
      await reach(page, field);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(text);
    },
    choose: async (select, option) => {
      await reach(page, select);
      // The first letters, as people do; a closed select takes them at once.
      // One letter may do, and even rename the select: the choice of a language does.
      const element = await select.elementHandle();
      await page.keyboard.type(option);
      await expect
        .poll(() =>
          element.evaluate((node) => (node as HTMLSelectElement).selectedOptions[0]?.text),
        )
        .toBe(option);
    },
    slide: async (slider, value) => {
      await reach(page, slider);
      await turn(page, slider, value);
    },
    pick: (opener, files) => pick(page, files, () => press(opener)),
  };
};

/** More than this many steps are too many for a person. */
const MOST_STEPS = 60;

/**
 * Tabs until a control has the focus. Within a menu, a list of tabs or a group of radio buttons,
 * which are one stop, arrow keys lead on.
 */
export async function reach(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  await expect(control).toBeEnabled();
  for (let steps = 0; steps <= MOST_STEPS; steps++) {
    const where = await control.evaluate(relationToFocus);
    if (where === 'focused') return;
    if (where === 'elsewhere') await page.keyboard.press('Tab');
    else await page.keyboard.press(where === 'same column' ? 'ArrowDown' : 'ArrowRight');
  }
  throw new Error(`${String(control)} takes more than ${MOST_STEPS} steps with the keyboard.`);
}

type Relation = 'focused' | 'same row' | 'same column' | 'elsewhere';

/** Runs in the page. */
function relationToFocus(control: Element): Relation {
  const active = document.activeElement;
  if (control === active) return 'focused';
  const group = control.closest(
    '[role=menu], [role=listbox], [role=tablist], [role=radiogroup], [role=grid]',
  );
  if (group === null || active === null || !group.contains(active)) return 'elsewhere';
  return group.matches('[role=menu], [role=listbox]') ? 'same column' : 'same row';
}

const isToggle = (control: Locator): Promise<boolean> =>
  control.evaluate((element) =>
    element.matches('input[type=checkbox], input[type=radio], [role=switch], [role=checkbox]'),
  );

/** One step at a time, as arrow keys go. */
async function turn(page: Page, slider: Locator, value: number): Promise<void> {
  const now = async (): Promise<number> =>
    Number((await slider.getAttribute('aria-valuenow')) ?? (await slider.inputValue()));
  for (let steps = 0; steps < 400; steps++) {
    const current = await now();
    if (Math.abs(current - value) < 1e-6) return;
    await page.keyboard.press(current < value ? 'ArrowRight' : 'ArrowLeft');
  }
  throw new Error(`${String(slider)} does not come to ${value}; it is at ${await now()}.`);
}

async function pick(
  page: Page,
  files: string | readonly string[],
  open: () => Promise<void>,
): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), open()]);
  await chooser.setFiles(typeof files === 'string' ? files : [...files]);
}
