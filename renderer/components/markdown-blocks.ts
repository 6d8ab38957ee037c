export type Inline = { text: string; look: 'plain' | 'strong' | 'code' }
export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; content: Inline[] }
  | { kind: 'paragraph'; content: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }

/** The little Markdown of our own texts: headings, paragraphs, lists, tables, **bold** and `code`. No HTML. */
export function blocksOf(markdown: string): Block[] {
  return markdown
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}|\n(?=#{1,3} )|(?<=^#{1,3} .*)\n/m)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(blockOf)
}

function blockOf(part: string): Block {
  const lines = part.split('\n')
  const heading = /^(#{1,3}) (.*)$/.exec(part)
  if (heading && lines.length === 1) {
    const level = Math.min(heading[1]?.length ?? 1, 3) as 1 | 2 | 3
    return { kind: 'heading', level, content: inlineOf(heading[2] ?? '') }
  }
  if (lines.every((line) => line.startsWith('|'))) {
    const [head, rule, ...rows] = lines.map(cellsOf)
    if (head && rule) return { kind: 'table', head, rows }
  }
  if (/^(?:[-*]|\d+\.) /.test(part)) {
    const items: string[] = []
    for (const line of lines) {
      const item = /^(?:[-*]|\d+\.) (.*)$/.exec(line)
      if (item) items.push(item[1] ?? '')
      else items.push(`${items.pop() ?? ''} ${line.trim()}`)
    }
    return { kind: 'list', ordered: /^\d/.test(part), items: items.map(inlineOf) }
  }
  return { kind: 'paragraph', content: inlineOf(lines.map((line) => line.trim()).join(' ')) }
}

const cellsOf = (line: string) =>
  line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => inlineOf(cell.trim()))

export function inlineOf(text: string): Inline[] {
  return text
    .split(/(\*\*[^*]+\*\*|`[^`]+`)/)
    .filter((part) => part !== '')
    .map((part) => {
      if (part.startsWith('**')) return { text: part.slice(2, -2), look: 'strong' }
      if (part.startsWith('`')) return { text: part.slice(1, -1), look: 'code' }
      return { text: part, look: 'plain' }
    })
}
