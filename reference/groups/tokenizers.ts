import { readFile, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { openTokenizer } from '../../inference/tokenizers/open-tokenizer.ts'
import type { ChatMessage, Tokenizer } from '../../inference/tokenizers/tokenizer.ts'
import { examine, guarded, skipped, type CaseResult } from '../result.ts'

export const name = 'tokenizers'

type Case = {
  text: string
  ids: number[]
  padded_ids?: number[]
  padded_attention_mask_sum?: number
  truncated?: boolean
  zimage_text?: string
  zimage_ids?: number[]
}
type Expected = { meta: { max_length?: number; tokenizer_dir?: string; kind?: string }; cases: Case[] }
type ChatCase = {
  messages: ChatMessage[]
  enable_thinking: boolean | null
  add_generation_prompt: boolean
  text: string
  ids: number[]
}

const imageTextLength = 512

/** Every string of every *.expected.json; ids, padding, masks, truncation and chat templates are exact. */
export async function* run(folder: string): AsyncGenerator<CaseResult> {
  const root = join(folder, 'tokenizers')
  const files = (await readdir(root).catch(() => []))
    .filter((file) => file.endsWith('.expected.json'))
    .toSorted()
  if (files.length === 0) yield skipped('tokenizers', 'tokenizers/*.expected.json are absent')
  for (const file of files) {
    const label = basename(file, '.expected.json')
    const data: unknown = JSON.parse(await readFile(join(root, file), 'utf8'))
    const cases = Array.isArray(data)
      ? chats(root, label, data as ChatCase[])
      : texts(root, label, data as Expected)
    yield* guarded(label, cases)
  }
}

async function* texts(root: string, label: string, { meta, cases }: Expected): AsyncGenerator<CaseResult> {
  const options = label.endsWith('.pad-bang') ? { padToken: '!' } : {}
  const directory = meta.tokenizer_dir ?? label.replace(/\.[^.]*$/, '')
  const tokenizer = await openTokenizer(join(root, directory), options)
  for (const [index, one] of cases.entries()) {
    yield await examine(`${label} ${index} ${JSON.stringify(one.text).slice(0, 60)}`, () =>
      compare(tokenizer, one, meta.max_length),
    )
  }
}

function compare(tokenizer: Tokenizer, expected: Case, length: number | undefined): string[] {
  const problems = same('ids', tokenizer.encode(expected.text), expected.ids)
  if (expected.padded_ids !== undefined && length !== undefined) {
    const { ids, mask, truncated, dropped } = tokenizer.encodePadded(expected.text, length)
    const ones = expected.padded_attention_mask_sum ?? 0
    problems.push(
      ...same('padded ids', ids, expected.padded_ids),
      ...same(
        'mask',
        mask,
        Array.from({ length }, (_, index) => (index < ones ? 1 : 0)),
      ),
      ...same('truncated', [truncated], [expected.truncated]),
      ...same('text cut off', [dropped !== ''], [expected.truncated]),
    )
  }
  if (expected.zimage_text !== undefined && expected.zimage_ids !== undefined) {
    const text = tokenizer.renderChat?.([{ role: 'user', content: expected.text.toWellFormed() }], {
      enableThinking: true,
    })
    const { ids, mask } = tokenizer.encodePadded(text ?? '', imageTextLength)
    problems.push(
      ...same('chat text', [text], [expected.zimage_text.toWellFormed()]),
      ...same(
        'chat ids',
        ids.filter((_, index) => mask[index] === 1),
        expected.zimage_ids,
      ),
    )
  }
  return problems
}

async function* chats(root: string, label: string, cases: ChatCase[]): AsyncGenerator<CaseResult> {
  const tokenizer = await openTokenizer(join(root, label.replace(/\.[^.]*$/, '')))
  for (const [index, one] of cases.entries()) {
    yield await examine(`${label} ${index}`, () => {
      const text = tokenizer.renderChat?.(one.messages, {
        enableThinking: one.enable_thinking ?? undefined,
        addGenerationPrompt: one.add_generation_prompt,
      })
      return [...same('text', [text], [one.text]), ...same('ids', tokenizer.encode(text ?? ''), one.ids)]
    })
  }
}

function same(what: string, actual: ArrayLike<unknown>, expected: ArrayLike<unknown>): string[] {
  const a = JSON.stringify(Array.from(actual))
  const b = JSON.stringify(Array.from(expected))
  return a === b ? [] : [`${what}: ${a.slice(0, 120)} instead of ${b.slice(0, 120)}`]
}
