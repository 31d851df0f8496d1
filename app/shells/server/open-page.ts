/** Else a browser asks for /favicon.ico, which is refused before there is a session. */
const noIcon = '<link rel="icon" href="data:," />';

/** What a link opens for a moment; its script does the work, as the content policy wants it. */
export const openPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Likeness</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    ${noIcon}
    <script type="module" src="/open.js"></script>
  </head>
  <body>
    <p id="state" role="status">Opening Likeness …</p>
  </body>
</html>
`;

/**
 * Trades the token behind `#` for a cookie, takes it out of the history, and becomes the window: a
 * second document would delay the first picture. Scripts and styles are put in anew, as those of a
 * text that was taken apart do not run.
 */
export const openScript = `const state = document.getElementById('state');
const token = location.hash.slice(1);
history.replaceState(null, '', '/open');
try {
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  const page = answer.ok ? await fetch('/') : answer;
  if (page.ok) await become(new DOMParser().parseFromString(await page.text(), 'text/html'));
  else state.textContent = (await page.json()).error.message;
} catch {
  state.textContent = 'Likeness does not answer. Is it still running?';
}

async function become(page) {
  history.replaceState(null, '', '/');
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

export const strangerPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Likeness</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${noIcon}
  </head>
  <body>
    <h1>Likeness</h1>
    <p>
      This address is for those who came through the link. Open the link that Likeness has printed
      where it was started; it is another one after every start.
    </p>
  </body>
</html>
`;
