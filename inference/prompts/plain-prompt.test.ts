import { expect, test } from 'vitest'

import { plainPrompt } from './plain-prompt.ts'

test('for sentence readers only LoRA mentions leave the prompt', () => {
  expect(plainPrompt('a (cat:1.2) \\(x\\) BREAK [b]').text).toBe('a (cat:1.2) \\(x\\) BREAK [b]')
  expect(plainPrompt('a <lora:z:0.7>cat')).toMatchObject({
    text: 'a cat',
    loras: [{ name: 'z', scale: 0.7 }],
  })
})
