import { describe, expect, test } from 'vitest'
import { type Selected, changeWeight } from './prompt-weight'

/** `a |red| boat`: bars around the selection, one bar for a bare cursor. */
const parse = (marked: string): Selected => {
  const start = marked.indexOf('|')
  const rest = marked.slice(0, start) + marked.slice(start + 1)
  const second = rest.indexOf('|')
  if (second < 0) return { text: rest, start, end: start }
  return { text: rest.slice(0, second) + rest.slice(second + 1), start, end: second }
}
const show = ({ text, start, end }: Selected) =>
  start === end
    ? `${text.slice(0, start)}|${text.slice(start)}`
    : `${text.slice(0, start)}|${text.slice(start, end)}|${text.slice(end)}`

describe('changing a weight', () => {
  test.each([
    ['a |red| boat', 0.1, 'a (|red|:1.1) boat'],
    ['a (|red|:1.1) boat', 0.1, 'a (|red|:1.2) boat'],
    ['a (|red|:1.1) boat', -0.1, 'a |red| boat'],
    ['a r|ed boat', 0.1, 'a (|red|:1.1) boat'],
    ['a | red boat |, calm', 0.1, 'a  (|red boat|:1.1) , calm'],
    ['a (red boat:1.3|), calm', 0.1, 'a (|red boat|:1.4), calm'],
    ['perahu| merah', -0.1, '(|perahu|:0.9) merah'],
    ['|', 0.1, '|'],
    ['a  |  b', 0.1, 'a  |  b'],
    ['(|cat|:2)', 0.1, '(|cat|:2)'],
    ['(|cat|:0.1)', -0.1, '(|cat|:0.1)'],
    ['(|cat|:.95)', 0.05, '|cat|'],
  ])('%s with %d', (before, change, after) => {
    expect(show(changeWeight(parse(before), change))).toBe(after)
  })

  test('up and down again gives the same text, however often', () => {
    let now = parse('a |red| boat')
    for (let step = 0; step < 7; step++) now = changeWeight(now, 0.1)
    expect(show(now)).toBe('a (|red|:1.7) boat')
    for (let step = 0; step < 7; step++) now = changeWeight(now, -0.1)
    expect(show(now)).toBe('a |red| boat')
  })
})
