import { type Inline, type Block, blocksOf } from './markdown-blocks'

/** Our own Markdown as elements; nothing is ever set as HTML. */
export function MarkdownText({ text }: { text: string }) {
  return <div className="prose">{blocksOf(text).map((block, index) => drawBlock(block, index))}</div>
}

function drawBlock(block: Block, key: number) {
  if (block.kind === 'heading') {
    // The dialog's title is the second level already.
    return block.level === 1 ? (
      <h3 key={key}>{draw(block.content)}</h3>
    ) : (
      <h4 key={key}>{draw(block.content)}</h4>
    )
  }
  if (block.kind === 'paragraph') return <p key={key}>{draw(block.content)}</p>
  if (block.kind === 'list') {
    const items = block.items.map((item, index) => <li key={keyOf(item, index)}>{draw(item)}</li>)
    return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>
  }
  return (
    <table key={key}>
      <thead>
        <tr>
          {block.head.map((cell, index) => (
            <th key={keyOf(cell, index)} scope="col">
              {draw(cell)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {block.rows.map((row, index) => (
          <tr key={keyOf(row.flat(), index)}>
            {row.map((cell, column) => (
              <td key={keyOf(cell, column)}>{draw(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const keyOf = (content: readonly Inline[], index: number) => `${index} ${content[0]?.text ?? ''}`

function draw(content: readonly Inline[]) {
  return content.map((part, index) => {
    const key = `${index} ${part.text}`
    if (part.look === 'strong') return <strong key={key}>{part.text}</strong>
    if (part.look === 'code') return <code key={key}>{part.text}</code>
    return part.text
  })
}
