/** Else a browser asks for /favicon.ico, which is refused before there is a session. */
const noIcon = '<link rel="icon" href="data:," />';

/** What a link opens for a moment; its script does the work, as the content policy wants it. */
export const openPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Likeness</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    ${noIcon}
    <script type="module" src="/open.js"></script>
  </head>
  <body>
    <p id="state" role="status">Opening Likeness …</p>
  </body>
</html>
`;

/** Trades the token behind `#` for a cookie, takes it out of the history, and goes on. */
export const openScript = `const state = document.getElementById('state');
const token = location.hash.slice(1);
history.replaceState(null, '', '/open');
try {
  const answer = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.replace('/');
  else state.textContent = (await answer.json()).error.message;
} catch {
  state.textContent = 'Likeness does not answer. Is it still running?';
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
