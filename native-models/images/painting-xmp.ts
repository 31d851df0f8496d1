/** The namespace is a name, not an address; whoever knows it finds the settings. */
const NAMESPACE = 'urn:likeness:painting:1';

/** An XMP packet (ISO 16684-1) that carries a text of ours. */
export const xmpWith = (software: string, settings: string): string =>
  `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:likeness="${NAMESPACE}">
<xmp:CreatorTool>${escaped(software)}</xmp:CreatorTool>
${OPEN}${escaped(settings)}${CLOSE}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;

const OPEN = '<likeness:settings>';
const CLOSE = '</likeness:settings>';

/** The text of a packet that `xmpWith` made; null in any other. */
export function settingsIn(xmp: string): string | null {
  if (!xmp.includes(NAMESPACE)) return null;
  const start = xmp.indexOf(OPEN);
  const end = xmp.indexOf(CLOSE, start);
  return start < 0 || end < 0 ? null : unescaped(xmp.slice(start + OPEN.length, end));
}

const entities: readonly (readonly [string, string])[] = [
  // First, so that the others' are left alone.
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
];

const escaped = (text: string): string =>
  entities.reduce((result, [plain, entity]) => result.replaceAll(plain, entity), text);

const unescaped = (text: string): string =>
  entities.toReversed().reduce((result, [plain, entity]) => result.replaceAll(entity, plain), text);
