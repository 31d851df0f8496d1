// One function runs in the page and takes everything along that it needs.
import type { Page } from '@playwright/test';

/** What a person sees or misses without looking for it. */
export type LayoutFault =
  /** It reaches beyond what holds it, or beyond the window, sideways. */
  | 'overflow'
  /** A part of the text is hidden, and nothing shows the whole of it. */
  | 'cut'
  /** Two controls, or two texts, lie on each other. */
  | 'overlap'
  /** Something lies over a control, so that a click goes elsewhere. */
  | 'covered'
  /** A control or text outside the window, where no scrolling leads. */
  | 'unreachable'
  /** A column of words, one below the other. */
  | 'narrow';

export interface LayoutProblem {
  readonly fault: LayoutFault;
  /** Leads to the element, by what somebody who mends it looks for. */
  readonly selector: string;
  readonly text: string;
  /** In CSS pixels of the window: x, y, width, height. */
  readonly box: readonly [number, number, number, number];
  readonly detail: string;
}

/**
 * Measures what the page shows now. A region that is meant to scroll sideways says so by
 * `overflow-x: auto; overflow-y: hidden`; text with an ellipsis needs the whole text in a `title`;
 * marks on a picture that may touch one another share a parent with it.
 */
export const measureLayout = (page: Page): Promise<LayoutProblem[]> => page.evaluate(findFaults);

/** Waits until fonts are there, pictures are decoded, motion is over and nothing changes any more. */
export const layoutSettles = (page: Page, quietMs = 80, mostMs = 2_000): Promise<void> =>
  page.evaluate(waitForQuiet, [quietMs, mostMs] as const);

export const problemLine = ({ fault, selector, text, box, detail }: LayoutProblem): string =>
  `${fault}: ${selector}${text === '' ? '' : ` “${text}”`} [${box.join(' ')}] ${detail}`;

/** Runs in the page. */
async function waitForQuiet([quietMs, mostMs]: readonly [number, number]): Promise<void> {
  const until = performance.now() + mostMs;
  await document.fonts.ready;
  let last = performance.now();
  const observer = new MutationObserver((changes) => {
    // What is drawn on a moving picture goes on for ever.
    const drawn = ({ target }: MutationRecord): boolean =>
      target instanceof HTMLCanvasElement ||
      target.parentElement?.querySelector(':scope > video') != null;
    if (!changes.every(drawn)) last = performance.now();
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true });
  const busy = (): boolean => {
    const images = [...document.images].some(({ complete }) => !complete);
    const moving = document.getAnimations().some(({ playState, effect }) => {
      const { endTime } = effect?.getComputedTiming() ?? {};
      return playState === 'running' && endTime !== Infinity;
    });
    return images || moving;
  };
  for (;;) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    if (busy()) last = now;
    if (now - last >= quietMs || now > until) break;
  }
  observer.disconnect();
}

/** Runs in the page, so it takes everything along. Nothing but the scroll positions is touched, and they are put back. */
function findFaults(): LayoutProblem[] {
  interface Rect {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  interface Text {
    readonly node: Node;
    readonly element: HTMLElement;
    readonly block: HTMLElement;
    /** Of its lines. */
    readonly rects: readonly Rect[];
    readonly whole: string;
  }

  /** Pixels that nobody sees, of rounding. */
  const SLACK = 1.5;
  const found = new Map<string, LayoutProblem>();
  const styles = new Map<Element, CSSStyleDeclaration>();
  const styleOf = (element: Element): CSSStyleDeclaration => {
    let style = styles.get(element);
    if (style === undefined) styles.set(element, (style = getComputedStyle(element)));
    return style;
  };

  const short = (text: string): string => {
    const one = text.replace(/\s+/gu, ' ').trim();
    return one.length > 60 ? `${one.slice(0, 57)}…` : one;
  };
  const labelOf = (element: Element): string =>
    short(
      element.getAttribute('aria-label') ??
        ((element as HTMLElement).innerText || element.getAttribute('placeholder')) ??
        '',
    );
  function selectorOf(element: Element): string {
    const step = (one: Element): string => {
      const name = one.tagName.toLowerCase();
      if (one.id !== '' && !/\d/u.test(one.id)) return `${name}#${one.id}`;
      const role = one.getAttribute('role');
      // The style sheet of a Svelte component marks its elements by a hash.
      const classes = [...one.classList].filter((word) => !word.startsWith('svelte-')).slice(0, 3);
      return `${name}${classes.map((word) => `.${word}`).join('')}${role === null ? '' : `[role=${role}]`}`;
    };
    const steps: string[] = [];
    for (
      let at: Element | null = element;
      at !== null && at !== document.body;
      at = at.parentElement
    ) {
      steps.unshift(step(at));
      if (steps.length === 4 || at.id !== '') break;
    }
    return steps.join(' > ');
  }
  function report(
    fault: LayoutFault,
    element: Element,
    rect: Rect,
    detail: string,
    text = labelOf(element),
  ): void {
    const selector = selectorOf(element);
    const key = [fault, selector, text].join('\n');
    if (found.has(key)) return;
    const numbers = [rect.left, rect.top, rect.right - rect.left, rect.bottom - rect.top];
    const box = numbers.map(Math.round) as unknown as LayoutProblem['box'];
    found.set(key, { fault, selector, text, box, detail });
  }

  const windowRect: Rect = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const meet = (a: Rect, b: Rect): Rect => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  /** The sides of a DOMRect are no properties of its own: spreading one gives nothing. */
  const plain = ({ left, top, right, bottom }: Rect): Rect => ({ left, top, right, bottom });
  const wide = (rect: Rect): number => rect.right - rect.left;
  const high = (rect: Rect): number => rect.bottom - rect.top;
  const holds = (outer: Rect, inner: Rect): boolean =>
    inner.left >= outer.left - SLACK &&
    inner.right <= outer.right + SLACK &&
    inner.top >= outer.top - SLACK &&
    inner.bottom <= outer.bottom + SLACK;

  /** An open dialog is all that counts: what is behind it is out of reach on purpose. */
  const dialogs = [...document.querySelectorAll('[role=dialog], [role=alertdialog], dialog[open]')];
  const menus = [...document.querySelectorAll('[role=menu], [role=listbox]')];
  const shown = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const scope = menus.filter(shown).at(-1) ?? dialogs.filter(shown).at(-1) ?? document.body;

  const isSmall = (rect: Rect): boolean => wide(rect) <= 2 || high(rect) <= 2;
  /** For screen readers only, or not at all. */
  function isHidden(element: Element): boolean {
    for (
      let at: Element | null = element;
      at !== null && at !== document.body;
      at = at.parentElement
    ) {
      const style = styleOf(at);
      if (style.clipPath === 'inset(50%)' || Number(style.opacity) === 0) return true;
      if (at instanceof HTMLElement && at.inert) return true;
    }
    return !shown(element);
  }

  /** The boxes that hold an element, inside out, as its position makes them. */
  function holdersOf(element: Element): Element[] {
    const holders: Element[] = [];
    let position = styleOf(element).position;
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      const style = styleOf(at);
      const contains =
        style.transform !== 'none' ||
        style.contain !== 'none' ||
        style.filter !== 'none' ||
        style.willChange.includes('transform');
      if (position === 'fixed' && !contains) continue;
      if (position === 'absolute' && style.position === 'static' && !contains) continue;
      holders.push(at);
      position = style.position;
    }
    return holders;
  }
  const paddingBox = (element: Element): Rect => {
    const { left, top } = element.getBoundingClientRect();
    const { clientLeft, clientTop, clientWidth, clientHeight } = element;
    return {
      left: left + clientLeft,
      top: top + clientTop,
      right: left + clientLeft + clientWidth,
      bottom: top + clientTop + clientHeight,
    };
  };
  const isRoot = (element: Element): boolean =>
    element === document.body || element === document.documentElement;
  const clips = (value: string): boolean => value === 'hidden' || value === 'clip';
  const scrolls = (value: string): boolean => value === 'auto' || value === 'scroll';
  const meantSideways = ({ overflowX, overflowY }: CSSStyleDeclaration): boolean =>
    scrolls(overflowX) && clips(overflowY);

  interface Fate {
    /** What of it is on the screen now. */
    readonly visible: Rect;
    /** What hides a part of it for good, and where. */
    readonly cutBy: { readonly holder: Element | null; readonly axis: 'x' | 'y' } | undefined;
    /** By scrolling, more of it can be seen. */
    readonly scrollable: boolean;
  }
  /** Follows a rectangle outwards through everything that cuts it. */
  function fateOf(element: Element, rect: Rect, withSelf: boolean): Fate {
    let visible = rect;
    let rest = rect;
    let cutBy: Fate['cutBy'];
    let scrollable = false;
    for (const holder of [...(withSelf ? [element] : []), ...holdersOf(element)]) {
      if (isRoot(holder)) continue;
      const { overflowX, overflowY } = styleOf(holder);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const box = paddingBox(holder);
      const sides: Rect = {
        left: overflowX === 'visible' ? -Infinity : box.left,
        right: overflowX === 'visible' ? Infinity : box.right,
        top: overflowY === 'visible' ? -Infinity : box.top,
        bottom: overflowY === 'visible' ? Infinity : box.bottom,
      };
      if (clips(overflowX) && (rest.left < box.left - SLACK || rest.right > box.right + SLACK))
        cutBy ??= { holder, axis: 'x' };
      if (clips(overflowY) && (rest.top < box.top - SLACK || rest.bottom > box.bottom + SLACK))
        cutBy ??= { holder, axis: 'y' };
      visible = meet(visible, sides);
      // Whatever is in a scroller can be brought into it, in the direction in which it scrolls.
      const [along, down] = [scrolls(overflowX), scrolls(overflowY)];
      if (along && holder.scrollWidth > holder.clientWidth) scrollable = true;
      if (down && holder.scrollHeight > holder.clientHeight) scrollable = true;
      rest = {
        left: along ? Math.max(rest.left, box.left) : rest.left,
        right: along ? Math.min(rest.right, box.right) : rest.right,
        top: down ? Math.max(rest.top, box.top) : rest.top,
        bottom: down ? Math.min(rest.bottom, box.bottom) : rest.bottom,
      };
      if (along && rest.left > rest.right) rest = { ...rest, left: box.left, right: box.right };
      if (down && rest.top > rest.bottom) rest = { ...rest, top: box.top, bottom: box.bottom };
    }
    const root = document.scrollingElement ?? document.documentElement;
    const fixedPage = clips(styleOf(document.body).overflowY) || root.scrollHeight <= innerHeight;
    if (rest.left < -SLACK || rest.right > innerWidth + SLACK)
      cutBy ??= { holder: null, axis: 'x' };
    if (fixedPage && (rest.top < -SLACK || rest.bottom > innerHeight + SLACK))
      cutBy ??= { holder: null, axis: 'y' };
    return { visible: meet(visible, windowRect), cutBy, scrollable: scrollable || !fixedPage };
  }

  /** Such as the link that jumps to the content: it comes when it has the focus. */
  const waitsOutside = (rect: Rect): boolean => rect.bottom <= 0 || rect.right <= 0;

  function fullTextReachable(element: Element, whole: string): boolean {
    const evenly = (text: string): string => text.replace(/\s+/gu, ' ').trim();
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const title = at.getAttribute('title');
      if (title !== null && evenly(title).includes(evenly(whole))) return true;
    }
    return false;
  }

  function textsIn(root: Element): Text[] {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    const range = document.createRange();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const whole = node.nodeValue ?? '';
      const element = node.parentElement;
      if (whole.trim() === '' || element === null) continue;
      if (element.closest('script, style, noscript, option, textarea, title') !== null) continue;
      if (isHidden(element)) continue;
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()]
        .filter((rect) => wide(rect) > 1 && high(rect) > 1)
        .map(plain);
      if (rects.length === 0) continue;
      let block: Element = element;
      while (/^(inline|contents)$/u.test(styleOf(block).display) && block.parentElement !== null)
        block = block.parentElement;
      texts.push({
        node,
        element: element,
        block: block as HTMLElement,
        rects,
        whole,
      });
    }
    return texts;
  }

  const CONTROLS =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], ' +
    '[role=tab], [role=menuitem], [role=menuitemcheckbox], [role=checkbox], [role=switch], [role=slider], [role=radio], [role=option]';
  const isEnabled = (element: Element): boolean =>
    !element.matches(':disabled') && element.closest('[aria-disabled=true]') === null;
  /** An inline link may run over two lines: its largest part stands for it. */
  function rectOfControl(element: Element): Rect {
    const rects = [...element.getClientRects()].map(plain);
    return rects.reduce<Rect>(
      (best, rect) => (wide(rect) * high(rect) > wide(best) * high(best) ? rect : best),
      rects[0] ?? plain(element.getBoundingClientRect()),
    );
  }

  // 1. Boxes that are wider than what holds them.
  function findOverflow(): void {
    const page = document.documentElement;
    if (page.scrollWidth > innerWidth + SLACK)
      report(
        'overflow',
        page,
        windowRect,
        `the page is ${page.scrollWidth} wide, the window ${innerWidth}`,
        '',
      );
    for (const element of scope.querySelectorAll<HTMLElement>('*')) {
      if (!(element instanceof HTMLElement) || element.clientWidth === 0) continue;
      const style = styleOf(element);
      if (!scrolls(style.overflowX) || element.scrollWidth <= element.clientWidth + SLACK) continue;
      if (meantSideways(style) || element.matches('input, textarea, select') || isHidden(element))
        continue;
      report(
        'overflow',
        element,
        element.getBoundingClientRect(),
        `its content is ${element.scrollWidth} wide, it shows ${element.clientWidth}`,
        '',
      );
    }
  }

  // 2. Text that cannot be read as a whole.
  function findCutText(texts: readonly Text[]): void {
    for (const { element, block, rects, whole } of texts) {
      const all = rects.reduce((a, b) => ({
        left: Math.min(a.left, b.left),
        top: Math.min(a.top, b.top),
        right: Math.max(a.right, b.right),
        bottom: Math.max(a.bottom, b.bottom),
      }));
      if (waitsOutside(all)) continue;
      // The box of a font is taller than its letters.
      const lead = Math.min(high(rects[0]!) * 0.28, 8);
      const letters: Rect = { ...all, top: all.top + lead, bottom: all.bottom - lead };
      const { cutBy } = fateOf(element, letters, true);
      if (cutBy !== undefined && !fullTextReachable(element, whole)) {
        const { holder, axis } = cutBy;
        const where = holder === null ? 'the window' : selectorOf(holder);
        const outside =
          holder !== null && wide(meet(letters, paddingBox(holder))) <= 0
            ? 'unreachable'
            : holder === null && (letters.top >= innerHeight || letters.left >= innerWidth)
              ? 'unreachable'
              : 'cut';
        report(
          outside,
          element,
          all,
          `${axis === 'x' ? 'sideways' : 'in height'} by ${where}`,
          short(whole),
        );
        continue;
      }
      const inner = block.getBoundingClientRect();
      const clipped = clips(styleOf(block).overflowX);
      if (
        !clipped &&
        (letters.right > inner.right + SLACK + 1 || letters.left < inner.left - SLACK - 1)
      ) {
        report(
          'overflow',
          element,
          all,
          `the text leaves ${selectorOf(block)}, ${Math.round(wide(inner))} wide`,
          short(whole),
        );
        continue;
      }
      leavesFrame(element, letters, all, whole);
    }
  }
  /** Text that sticks out of the card, button or field that is drawn around it. */
  function leavesFrame(element: Element, letters: Rect, all: Rect, whole: string): void {
    for (let at: Element | null = element; at !== null && !isRoot(at); at = at.parentElement) {
      const style = styleOf(at);
      const drawn =
        (opacityOf(style.backgroundColor) > 0.03 || Number.parseFloat(style.borderTopWidth) > 0) &&
        !/^(inline|contents)$/u.test(style.display);
      if (drawn) {
        const box = at.getBoundingClientRect();
        if (!holds(box, letters))
          report(
            'overflow',
            element,
            all,
            `the text sticks out of ${selectorOf(at)}`,
            short(whole),
          );
        return;
      }
      if (
        style.position !== 'static' ||
        style.overflowX !== 'visible' ||
        style.overflowY !== 'visible'
      )
        return;
    }
  }
  function opacityOf(color: string): number {
    if (color === 'transparent') return 0;
    const alpha = /\/\s*([\d.]+)|rgba\([^)]*,\s*([\d.]+)\)/u.exec(color);
    return alpha === null ? 1 : Number(alpha[1] ?? alpha[2]);
  }

  /** What is written in a field, or stands there until something is. */
  function findCutFields(): void {
    const context = document.createElement('canvas').getContext('2d');
    if (context === null) return;
    for (const field of scope.querySelectorAll<HTMLInputElement | HTMLSelectElement>(
      'input, select',
    )) {
      if (isHidden(field) || field.clientWidth < 4) continue;
      const isSelect = field instanceof HTMLSelectElement;
      if (!isSelect && !/^(text|search|number|email|url|password)$/u.test(field.type)) continue;
      const text = isSelect ? (field.selectedOptions[0]?.text ?? '') : field.placeholder;
      if (text === '' || (!isSelect && field.value !== '')) continue;
      const style = styleOf(field);
      context.font = style.font;
      const room =
        field.clientWidth -
        Number.parseFloat(style.paddingLeft) -
        Number.parseFloat(style.paddingRight);
      const need = context.measureText(text).width;
      if (need > room + 2 && !fullTextReachable(field, text))
        report(
          'cut',
          field,
          field.getBoundingClientRect(),
          `${Math.round(need)} wide, there is room for ${Math.round(room)}`,
          short(text),
        );
    }
  }

  // 3. Columns of single words.
  function findNarrowText(texts: readonly Text[]): void {
    const blocks = new Map<HTMLElement, Text[]>();
    for (const text of texts) blocks.set(text.block, [...(blocks.get(text.block) ?? []), text]);
    for (const [block, parts] of blocks) {
      const whole = parts.map(({ whole: part }) => part).join(' ');
      const words = whole.trim().split(/\s+/u).length;
      const em = Number.parseFloat(styleOf(block).fontSize);
      const lines = new Set(
        parts.flatMap(({ rects }) => rects.map(({ bottom }) => Math.round(bottom / (em / 2)))),
      ).size;
      const rect = block.getBoundingClientRect();
      if (words >= 3 && lines >= 3 && lines >= words * 0.7 && wide(rect) < em * 6)
        report(
          'narrow',
          block,
          rect,
          `${words} words on ${lines} lines, ${(wide(rect) / em).toFixed(1)} em wide`,
          short(whole),
        );
    }
  }

  // 4. Controls that cannot be hit.
  function findControlFaults(): void {
    const controls = [...scope.querySelectorAll(CONTROLS)].filter(
      (element) =>
        isEnabled(element) && !isHidden(element) && !isSmall(element.getBoundingClientRect()),
    );
    const resting: { readonly element: Element; readonly rect: Rect }[] = [];
    for (const element of controls) {
      const rect = rectOfControl(element);
      if (waitsOutside(rect)) continue;
      const { visible, cutBy, scrollable } = fateOf(element, rect, false);
      const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
      if (cutBy !== undefined) {
        const inside = meet(rect, cutBy.holder === null ? windowRect : paddingBox(cutBy.holder));
        const gone = wide(inside) <= 0 || high(inside) <= 0;
        const share = gone ? 0 : (wide(inside) * high(inside)) / (wide(rect) * high(rect));
        if (share < 0.9)
          report(
            gone ? 'unreachable' : 'cut',
            element,
            rect,
            `${Math.round(share * 100)} % of it can be seen, ${cutBy.axis === 'x' ? 'sideways' : 'in height'}, in ${cutBy.holder === null ? 'the window' : selectorOf(cutBy.holder)}`,
          );
        if (share < 0.5) continue;
      }
      const seen = wide(visible) > 2 && high(visible) > 2;
      if (seen) resting.push({ element, rect: visible });
      const wholly = seen && holds(visible, rect);
      const blocker = wholly ? coverOf(element, rect) : undefined;
      if (blocker !== undefined && isMessage(blocker)) {
        report(
          'covered',
          element,
          rect,
          `by the message ${selectorOf(blocker)} “${labelOf(blocker)}”`,
        );
        continue;
      }
      if (wholly && blocker === undefined) continue;
      if (!scrollable) {
        if (blocker !== undefined)
          report('covered', element, rect, `by ${selectorOf(blocker)} “${labelOf(blocker)}”`);
        continue;
      }
      const later = scrolledTo(element, () => {
        const moved = rectOfControl(element);
        return coverOf(element, meet(moved, fateOf(element, moved, false).visible));
      });
      if (later !== undefined && document.contains(element))
        report(
          'covered',
          element,
          rect,
          `by ${selectorOf(later)} “${labelOf(later)}”, scrolled to as well (${Math.round(x)}, ${Math.round(y)})`,
        );
    }
    findOverlaps(resting);
  }
  /** It stays where it is whatever is scrolled, as messages do. */
  function isMessage(element: Element): boolean {
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      if (styleOf(at).position === 'fixed') return true;
    return false;
  }

  /** Who takes a click at the center, or near a corner. */
  function coverOf(element: Element, rect: Rect): Element | undefined {
    if (wide(rect) < 2 || high(rect) < 2) return undefined;
    const inset = Math.min(wide(rect), high(rect)) * 0.3;
    const points = [
      [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2],
      [rect.left + inset, rect.top + inset],
      [rect.right - inset, rect.top + inset],
      [rect.left + inset, rect.bottom - inset],
      [rect.right - inset, rect.bottom - inset],
    ] as const;
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : [];
    for (const [x, y] of points) {
      const hit = document.elementFromPoint(x, y);
      if (hit === null || hit.contains(element) || element.contains(hit)) continue;
      if (labels.some((label) => label.contains(hit) || hit.contains(label))) continue;
      // What is drawn for a field, such as its switch, is inside its label.
      const label = hit.closest('label');
      if (label?.contains(element) === true) continue;
      // A card that is a link as a whole may carry controls of its own.
      if (
        hit.closest(CONTROLS) !== null &&
        holds(rect, hit.closest(CONTROLS)!.getBoundingClientRect())
      )
        continue;
      if (onOnePicture(element, hit)) continue;
      return hit;
    }
    return undefined;
  }
  /** Marks of faces touch where faces do. */
  function onOnePicture(a: Element, b: Element): boolean {
    const mark = (element: Element): Element | null => element.closest('button, a, [data-mark]');
    const [one, two] = [mark(a), mark(b)];
    const parent = one?.parentElement;
    return (
      one !== null &&
      two !== null &&
      parent === two.parentElement &&
      parent?.querySelector('img, canvas, video, picture') != null &&
      styleOf(one).position === 'absolute' &&
      styleOf(two).position === 'absolute'
    );
  }
  /** Scrolls as a person would, asks, and scrolls back. */
  function scrolledTo<T>(element: Element, ask: () => T): T {
    const places: (readonly [Element, number, number])[] = [];
    for (let at: Element | null = element; at !== null; at = at.parentElement)
      places.push([at, at.scrollLeft, at.scrollTop]);
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    try {
      return ask();
    } finally {
      for (const [at, left, top] of places) {
        if (at.scrollLeft !== left || at.scrollTop !== top)
          at.scrollTo({ left, top, behavior: 'instant' });
      }
    }
  }

  // 5. Things on each other.
  function findOverlaps(
    items: readonly { readonly element: Element; readonly rect: Rect }[],
  ): void {
    const sorted = [...items].sort((a, b) => a.rect.top - b.rect.top);
    sorted.forEach((a, index) => {
      for (const b of sorted.slice(index + 1)) {
        if (b.rect.top >= a.rect.bottom - 2) break;
        const common = meet(a.rect, b.rect);
        if (wide(common) <= 2 || high(common) <= 2) continue;
        if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
        if (holds(a.rect, b.rect) || holds(b.rect, a.rect) || onOnePicture(a.element, b.element))
          continue;
        // What is in a layer above is allowed to be there; whether it covers is asked elsewhere.
        if (layerOf(a.element) !== layerOf(b.element)) continue;
        report(
          'overlap',
          b.element,
          common,
          `with ${selectorOf(a.element)} “${labelOf(a.element)}”`,
        );
      }
    });
  }
  function layerOf(element: Element): Element {
    for (let at: Element | null = element; at !== null && !isRoot(at); at = at.parentElement)
      if (/^(fixed|sticky)$/u.test(styleOf(at).position)) return at;
    return document.body;
  }

  /** Two texts in one place, of which both can be seen. */
  function findTextOnText(texts: readonly Text[]): void {
    const lines = texts
      .flatMap(({ element, block, rects, whole }) =>
        rects.map((rect) => {
          const lead = Math.min(high(rect) * 0.25, 8);
          const letters: Rect = {
            left: rect.left + 1,
            right: rect.right - 1,
            top: rect.top + lead,
            bottom: rect.bottom - lead,
          };
          return { element, block, whole, rect: fateOf(element, letters, true).visible };
        }),
      )
      .filter(({ rect }) => wide(rect) > 2 && high(rect) > 2)
      .sort((a, b) => a.rect.top - b.rect.top);
    lines.forEach((a, index) => {
      for (const b of lines.slice(index + 1)) {
        if (b.rect.top >= a.rect.bottom - 1) break;
        if (a.block === b.block || layerOf(a.element) !== layerOf(b.element)) continue;
        const common = meet(a.rect, b.rect);
        if (wide(common) <= 3 || high(common) <= 2) continue;
        if (hides(a.element, b.element, common) || hides(b.element, a.element, common)) continue;
        report(
          'overlap',
          b.element,
          common,
          `the text lies on “${short(a.whole)}” of ${selectorOf(a.element)}`,
          short(b.whole),
        );
      }
    });
  }
  /** There is something opaque between the upper and the lower. */
  function hides(upper: Element, lower: Element, where: Rect): boolean {
    for (
      let at: Element | null = upper;
      at !== null && !at.contains(lower);
      at = at.parentElement
    ) {
      if (opacityOf(styleOf(at).backgroundColor) < 0.5) continue;
      if (holds(at.getBoundingClientRect(), where)) return true;
    }
    return false;
  }

  const texts = textsIn(scope);
  findOverflow();
  findCutText(texts);
  findCutFields();
  findNarrowText(texts);
  findTextOnText(texts);
  findControlFaults();
  return [...found.values()];
}
