import { expect, test } from 'vitest'

import { readChatTemplate } from './chat-template.ts'
import type { ChatMessage } from './tokenizer.ts'

const chatml = `{%- for m in messages %}{{- '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}`
// The marks by which Qwen3's own template is known; its text does not matter.
const qwen3 = `${chatml} tools last_query_index reasoning_content enable_thinking`

const talk: ChatMessage[] = [
  { role: 'user', content: 'a cat' },
  { role: 'assistant', content: '<think>\nhm\n</think>\n\nHere.' },
  { role: 'user', content: 'a dog' },
]

test('a template without thoughts has none, whatever is asked', () => {
  const render = readChatTemplate(chatml)
  expect(render?.([{ role: 'user', content: 'x' }], { enableThinking: false })).toBe(
    '<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n',
  )
})

test('Qwen3 drops the thoughts of earlier answers and keeps the last', () => {
  const render = readChatTemplate(qwen3)
  expect(render?.(talk, { addGenerationPrompt: false })).toBe(
    '<|im_start|>user\na cat<|im_end|>\n<|im_start|>assistant\nHere.<|im_end|>\n<|im_start|>user\na dog<|im_end|>\n',
  )
  expect(render?.(talk.slice(0, 2), { addGenerationPrompt: false })).toBe(
    '<|im_start|>user\na cat<|im_end|>\n<|im_start|>assistant\n<think>\nhm\n</think>\n\nHere.<|im_end|>\n',
  )
})

test('templates that are not known are not guessed at', () => {
  expect(readChatTemplate(undefined)).toBeUndefined()
  expect(readChatTemplate('[INST] {{ messages }} [/INST]')).toBeUndefined()
  expect(readChatTemplate(`${chatml} 'You are a helpful assistant.'`)).toBeUndefined()
})
