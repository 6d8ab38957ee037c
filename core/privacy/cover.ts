import { SanggarError } from '../../contract/errors.ts'
import { positivePrompts } from '../../contract/further-prompts.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Cover } from '../../contract/image.ts'
import { matchPromptRules } from '../../contract/prompt-rules.ts'
import type { Settings } from '../../contract/settings.ts'
import type { PictureRecord } from '../../inference/protocol.ts'
import type { NewImage } from '../library/library.ts'

type Rules = Pick<Settings, 'promptRules' | 'promptRulesText'>

/** Throws 'prompt-rule' when a rule of the person's own asks first and nobody has answered yet. */
export function askFirst({ promptRules, promptRulesText }: Rules, request: JobRequest): void {
  if (!promptRules || request.kind !== 'generate' || request.rulesConfirmed === true) return
  const { ask } = matchPromptRules(promptRulesText, positivePrompts(request).join('\n'))
  if (ask.length > 0) throw new SanggarError({ code: 'prompt-rule', words: ask.join(', ') })
}

/** How a picture that was just made is shown: blurred for the reason given, or as it is. Nothing is ever discarded. */
export function coverOf(
  { promptRules, promptRulesText }: Rules,
  image: Pick<NewImage, 'prompt' | 'request'>,
  record: Pick<PictureRecord, 'flagged'>,
  source: Cover | undefined,
): Cover | undefined {
  const made = image.request?.kind === 'generate' ? image.request : undefined
  const words = positivePrompts({ prompt: image.prompt, furtherPrompts: made?.furtherPrompts }).join('\n')
  if (promptRules && matchPromptRules(promptRulesText, words).blur.length > 0) return 'prompt-rule'
  if (record.flagged === true) return 'checker'
  // Enlarged or restored it is still the same picture.
  return image.prompt === '' ? source : undefined
}
