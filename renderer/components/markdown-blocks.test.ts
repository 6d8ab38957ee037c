import { expect, test } from 'vitest'
import { blocksOf, inlineOf } from './markdown-blocks'

test('headings, paragraphs, lists and tables', () => {
  const blocks = blocksOf(
    '# Policy\nWe hold\nnothing.\n\n## What\n\n- one\n  more\n- **two**\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n1. first\n2. second',
  )
  expect(blocks.map((block) => block.kind)).toEqual([
    'heading',
    'paragraph',
    'heading',
    'list',
    'table',
    'list',
  ])
  expect(blocks[1]).toEqual({ kind: 'paragraph', content: [{ text: 'We hold nothing.', look: 'plain' }] })
  expect(blocks[3]).toMatchObject({
    ordered: false,
    items: [[{ text: 'one more' }], [{ text: 'two', look: 'strong' }]],
  })
  expect(blocks[4]).toMatchObject({
    head: [[{ text: 'a' }], [{ text: 'b' }]],
    rows: [[[{ text: '1' }], [{ text: '2', look: 'code' }]]],
  })
  expect(blocks[5]).toMatchObject({ ordered: true, items: [[{ text: 'first' }], [{ text: 'second' }]] })
})

test('markup that is not ours stays text', () => {
  expect(inlineOf('<b>x</b> a*b')).toEqual([{ text: '<b>x</b> a*b', look: 'plain' }])
})
