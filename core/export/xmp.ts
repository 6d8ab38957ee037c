/** An XMP property as a reader shows it: "dc:creator" and its value. */
export type XmpProperty = { name: string; value: string }

const namespaces: Record<string, string> = {
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  dc: 'http://purl.org/dc/elements/1.1/',
}

export function escapeXml(text: string): string {
  const plain = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
  // XML 1.0 has no place for most control characters, escaped or not.
  // oxlint-disable-next-line no-control-regex -- the control characters are meant
  return plain.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&')
}

/** The packet (XMP specification part 1, ISO 16684-1) of an AI disclosure, an author and a licence; as asked. */
export function xmpPacket(content: {
  sourceType?: string | undefined
  author?: string | undefined
  licence?: string | undefined
}): string | undefined {
  const { sourceType, author, licence } = content
  const parts: string[] = []
  if (sourceType !== undefined) {
    parts.push(`<Iptc4xmpExt:DigitalSourceType>${escapeXml(sourceType)}</Iptc4xmpExt:DigitalSourceType>`)
  }
  if (author) parts.push(`<dc:creator><rdf:Seq><rdf:li>${escapeXml(author)}</rdf:li></rdf:Seq></dc:creator>`)
  if (licence) {
    const text = `<rdf:li xml:lang="x-default">${escapeXml(licence)}</rdf:li>`
    parts.push(`<dc:rights><rdf:Alt>${text}</rdf:Alt></dc:rights>`)
  }
  if (parts.length === 0) return undefined
  const used = Object.entries(namespaces).filter(([prefix]) =>
    parts.some((part) => part.startsWith(`<${prefix}:`)),
  )
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    `<rdf:Description rdf:about=""${used.map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('')}>`,
    ...parts,
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('\n')
}

const structural = /^(?:rdf|x|xml|xmlns):/

/** Properties of a packet, written as elements or as attributes; structures are shown by the text inside them. */
export function xmpProperties(packet: string): XmpProperty[] {
  const properties: XmpProperty[] = []
  for (const [, name = '', value = ''] of packet.matchAll(/\s([A-Za-z]\w*:[A-Za-z]\w*)="([^"]*)"/g)) {
    if (!structural.test(name)) properties.push({ name, value: unescapeXml(value) })
  }
  const elements = /<(?!rdf:|x:)([A-Za-z]\w*:[A-Za-z]\w*)(?:\s[^>]*)?>([\s\S]*?)<\/\1>/g
  for (const [, name = '', inner = ''] of packet.matchAll(elements)) {
    properties.push({ name, value: unescapeXml(inner.replaceAll(/<[^>]*>/g, '').trim()) })
  }
  return properties
}
