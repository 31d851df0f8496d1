import type { IncomingHttpHeaders } from 'node:http';

/** Languages of the pages that are shown before there is a session, and so before there are settings. */
export type PageLanguage = 'en' | 'de';

/** The first language of `Accept-Language` that we speak, as the window itself chooses. */
export function languageOf({
  'accept-language': accepted = '',
}: IncomingHttpHeaders): PageLanguage {
  const tags = accepted.split(',').map((tag) => tag.trim().slice(0, 2).toLowerCase());
  return tags.find((tag): tag is PageLanguage => tag === 'en' || tag === 'de') ?? 'en';
}

/** What can keep somebody from the window. */
export type Notice =
  'stranger' | 'expired' | 'silent' | 'elsewhere' | 'nothing' | 'crowded' | 'broken';

interface Words {
  readonly title: string;
  readonly text: string;
  readonly steps: readonly string[];
  /** Of a link to the window, where that may help. */
  readonly open?: string;
}

const opening: Readonly<Record<PageLanguage, string>> = {
  en: 'Opening Likeness …',
  de: 'Likeness wird geöffnet …',
};

const notices: Readonly<Record<PageLanguage, Readonly<Record<Notice, Words>>>> = {
  en: {
    stranger: {
      title: 'Open Likeness through a link',
      text: 'Only a link that Likeness has made opens this window. The address alone, a bookmark or an old link does not.',
      steps: [
        'Go to the terminal in which Likeness was started.',
        'Open the link that was printed there. Press Enter for a new one if it was used before.',
        'If that terminal is closed, type “likeness link” in another one.',
      ],
    },
    expired: {
      title: 'This link has expired',
      text: 'A link opens one window, within a quarter of an hour. Nothing is lost: people, paintings and settings are as they were.',
      steps: [
        'Go to the terminal in which Likeness was started.',
        'Press Enter there, or type “likeness link” in another terminal.',
        'Open the link that is printed.',
      ],
    },
    silent: {
      title: 'Likeness does not answer',
      text: 'It was probably closed. Nothing is lost: people, paintings and settings are as they were.',
      steps: ['Start Likeness again.', 'Open the link that it prints.'],
    },
    elsewhere: {
      title: 'Another site led here',
      text: 'Pages of other sites may not open Likeness.',
      steps: [
        'Open the link that Likeness printed when it was started, or type the address yourself.',
      ],
    },
    nothing: {
      title: 'There is nothing at this address',
      text: 'Likeness has one page only.',
      steps: [],
      open: 'Open Likeness',
    },
    crowded: {
      title: 'Too many requests',
      text: 'Likeness was asked more often than it answers within a minute.',
      steps: ['Wait a minute, then reload this page.'],
    },
    broken: {
      title: 'This page could not be shown',
      text: 'Something went wrong inside Likeness.',
      steps: ['Reload this page.', 'If that does not help, close Likeness and start it again.'],
    },
  },
  de: {
    stranger: {
      title: 'Likeness über einen Link öffnen',
      text: 'Nur ein Link, den Likeness ausgegeben hat, öffnet dieses Fenster. Die Adresse allein, ein Lesezeichen oder ein alter Link genügt nicht.',
      steps: [
        'Zum Terminal gehen, in dem Likeness gestartet wurde.',
        'Den Link öffnen, der dort steht. Wurde er schon benutzt, gibt die Eingabetaste einen neuen aus.',
        'Ist das Terminal geschlossen: in einem anderen „likeness link“ eingeben.',
      ],
    },
    expired: {
      title: 'Dieser Link ist abgelaufen',
      text: 'Ein Link öffnet ein Fenster, innerhalb einer Viertelstunde. Nichts ist verloren: Personen, Gemälde und Einstellungen sind wie zuvor.',
      steps: [
        'Zum Terminal gehen, in dem Likeness gestartet wurde.',
        'Dort die Eingabetaste drücken, oder in einem anderen Terminal „likeness link“ eingeben.',
        'Den Link öffnen, der ausgegeben wird.',
      ],
    },
    silent: {
      title: 'Likeness antwortet nicht',
      text: 'Wahrscheinlich wurde es beendet. Nichts ist verloren: Personen, Gemälde und Einstellungen sind wie zuvor.',
      steps: ['Likeness neu starten.', 'Den Link öffnen, den es ausgibt.'],
    },
    elsewhere: {
      title: 'Eine andere Website führte hierher',
      text: 'Seiten anderer Websites dürfen Likeness nicht öffnen.',
      steps: [
        'Den Link öffnen, den Likeness beim Start ausgegeben hat, oder die Adresse selbst eingeben.',
      ],
    },
    nothing: {
      title: 'Unter dieser Adresse ist nichts',
      text: 'Likeness hat nur eine Seite.',
      steps: [],
      open: 'Likeness öffnen',
    },
    crowded: {
      title: 'Zu viele Anfragen',
      text: 'Likeness wurde öfter gefragt, als es in einer Minute beantwortet.',
      steps: ['Eine Minute warten und diese Seite neu laden.'],
    },
    broken: {
      title: 'Diese Seite konnte nicht gezeigt werden',
      text: 'In Likeness ist etwas schiefgegangen.',
      steps: ['Diese Seite neu laden.', 'Hilft das nicht: Likeness beenden und neu starten.'],
    },
  },
};

/** A page that says why the window is not shown, and what to do. */
export const noticePage = (notice: Notice, language: PageLanguage): string =>
  page(language, noticeOf(notice, language));

/** What a link opens for a moment; its script does the work, as the content policy wants it. */
export const openPage = (language: PageLanguage): string =>
  page(
    language,
    `<p id="state" class="opening" role="status">${opening[language]}</p>
    <div role="alert">${(['stranger', 'expired', 'silent'] as const)
      .map((notice) => noticeOf(notice, language, true))
      .join('')}</div>`,
    '<script type="module" src="/open.js"></script>',
  );

const noticeOf = (notice: Notice, language: PageLanguage, hidden = false): string => {
  const { title, text, steps, open } = notices[language][notice];
  const list = steps.map((step) => `<li>${step}</li>`).join('');
  return `<section id="${notice}"${hidden ? ' hidden' : ''}>
      ${mark}
      <h1>${title}</h1>
      <p>${text}</p>
      ${list === '' ? '' : `<ol>${list}</ol>`}
      ${open === undefined ? '' : `<p><a href="/">${open}</a></p>`}
    </section>`;
};

/** The icon is named, else a browser asks for /favicon.ico, which is refused without a session. */
const page = (language: PageLanguage, body: string, head = ''): string => `<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8" />
    <title>Likeness</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/open.css" />
    ${head}
  </head>
  <body>
    <main class="notice">${body}</main>
  </body>
</html>
`;

const mark = `<svg width="48" height="48" viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="15" fill="#2b2a33"/><g fill="none" stroke="#f4f1ea" stroke-width="4" stroke-linecap="round"><path d="M15 24v-6a4 4 0 0 1 4-4h6M39 14h6a4 4 0 0 1 4 4v6M49 40v6a4 4 0 0 1-4 4h-6M25 50h-6a4 4 0 0 1-4-4v-6"/><circle cx="32" cy="27.5" r="6.5"/><path d="M21 44c1.6-5.4 5.8-8 11-8s9.4 2.6 11 8" stroke="#ff9d6c"/></g></svg>`;

/** The looks of these pages: those of the window's tokens.css, which only a session may load. */
export const openStyle = `:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfbfa, #161616);
  --raised: light-dark(#ffffff, #222222);
  --line: light-dark(#dddcd8, #343433);
  --text: light-dark(#1c1b1a, #f3f2f0);
  --soft: light-dark(#595754, #b4b1ac);
  --accent: light-dark(#3048bd, #a3b3ff);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 0.9375rem/1.5 system-ui, -apple-system, 'Segoe UI', 'Inter', 'Cantarell', 'Noto Sans', sans-serif; }
.notice { display: grid; place-content: center; min-height: 100vh; padding: 1.5rem; }
.notice section { display: grid; gap: 0.75rem; max-width: 32rem; padding: 2rem; border: 1px solid var(--line); border-radius: 16px; background: var(--raised); }
.notice section[hidden] { display: none; }
.notice h1 { margin: 0.5rem 0 0; font-size: 1.5rem; line-height: 1.2; letter-spacing: -0.015em; }
.notice p { margin: 0; }
.notice section > p, .opening { color: var(--soft); }
.notice ol { display: grid; gap: 0.5rem; margin: 0.5rem 0 0; padding-left: 1.25rem; }
.notice a { color: var(--accent); }
.notice a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

/**
 * Trades the token behind `#` for the secret of a session, takes it out of the address, and becomes
 * the window: a second document would delay the first picture. Without a token the secret is that of
 * the keeper. Scripts and styles are put in anew, as those of a text that was taken apart do not run.
 */
export const openScript = `const state = document.getElementById('state');
const token = location.pathname === '/open' ? location.hash.slice(1) : '';
if (location.pathname === '/open') history.replaceState(null, '', '/');
try {
  const secret = token === '' ? await kept() : await traded();
  const page = secret && (await fetch('/window', { headers: { authorization: 'Session ' + secret } }));
  if (page?.ok) {
    globalThis.likenessSession = secret;
    await become(new DOMParser().parseFromString(await page.text(), 'text/html'));
  } else show(token === '' ? 'stranger' : 'expired');
} catch {
  show('silent');
}

async function traded() {
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  return answer.ok ? (await answer.json()).secret : undefined;
}

async function kept() {
  const keeper = (await navigator.serviceWorker?.getRegistration('/'))?.active;
  if (!keeper) return undefined;
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, 5_000);
    keeper.postMessage({}, [port2]);
  });
}

function show(notice) {
  state.hidden = true;
  document.getElementById(notice).hidden = false;
}

async function become(page) {
  for (const { name, value } of page.documentElement.attributes)
    document.documentElement.setAttribute(name, value);
  document.title = page.title;
  const scripts = [...page.querySelectorAll('script[src]')];
  const ahead = scripts.filter(({ async }) => async);
  ahead.forEach(run);
  scripts.forEach((script) => link({ rel: 'modulepreload', href: script.getAttribute('src') }));
  const styles = [...page.querySelectorAll('link[rel=stylesheet]')];
  await Promise.all(styles.map((style) => link({ rel: 'stylesheet', href: style.getAttribute('href') })));
  document.querySelector('link[rel=icon]').href = page.querySelector('link[rel=icon]').getAttribute('href');
  document.querySelector('link[href="/open.css"]').remove();
  document.body.replaceChildren(...page.body.children);
  scripts.filter((script) => !ahead.includes(script)).forEach(run);
}

function link(wanted) {
  const made = Object.assign(document.createElement('link'), { crossOrigin: '', ...wanted });
  return new Promise((resolve) => {
    made.onload = made.onerror = resolve;
    document.head.append(made);
  });
}

function run(script) {
  const made = document.createElement('script');
  for (const { name, value } of script.attributes) made.setAttribute(name, value);
  document.head.append(made);
}
`;

/**
 * Keeps the secret of a session in memory while a window is loaded anew, and gives it to another
 * window of the same browser and origin. On the disk it would outlive the window. A browser ends an
 * idle keeper, so that windows tell it again and again (renderer/src/bridge/session.ts).
 */
export const keeperScript = `let kept;
addEventListener('install', () => skipWaiting());
addEventListener('message', ({ data, ports: [port] }) => {
  kept = data.keep ?? kept;
  port?.postMessage(kept);
});
`;
