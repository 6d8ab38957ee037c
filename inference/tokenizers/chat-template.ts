import type { ChatMessage } from './tokenizer.ts'

export type RenderChat = (
  messages: ChatMessage[],
  options?: { enableThinking?: boolean | undefined; addGenerationPrompt?: boolean | undefined },
) => string

const emptyThought = '<think>\n\n</think>\n\n'

/**
 * Renders conversations the way Qwen's templates do.
 *
 * [Note: Templates without Jinja] A chat template is a program. Ours knows two of them, by their marks: the
 * plain ChatML loop with Qwen3's `enable_thinking`, and Qwen3's own template, which also strips thoughts from
 * earlier answers. Any other template (one that slips in a system prompt, say) is not guessed at: the
 * tokenizer then has no renderChat.
 */
export function readChatTemplate(template: string | undefined): RenderChat | undefined {
  if (template === undefined) return undefined
  const chatml = template.includes('<|im_start|>') && template.includes('<|im_end|>')
  if (!chatml || !template.includes('add_generation_prompt') || /You are/.test(template)) return undefined
  const thinking = /enable_thinking/.test(template)
  const stripsThoughts = template.includes('last_query_index')
  if (!stripsThoughts && template.includes('tools')) return undefined
  return (messages, options = {}) => {
    const lastQuery = messages.findLastIndex(isQuery)
    let text = ''
    for (const [index, message] of messages.entries()) {
      const content =
        stripsThoughts && message.role === 'assistant'
          ? answerOf(message.content, index > lastQuery, index === messages.length - 1)
          : message.content
      text += `<|im_start|>${message.role}\n${content}<|im_end|>\n`
    }
    if (options.addGenerationPrompt === false) return text
    return `${text}<|im_start|>assistant\n${thinking && options.enableThinking === false ? emptyThought : ''}`
  }
}

/** A question by the user, not the answer of a tool in the user's name. */
function isQuery({ role, content }: ChatMessage): boolean {
  return role === 'user' && !(content.startsWith('<tool_response>') && content.endsWith('</tool_response>'))
}

/** Qwen3 keeps the thoughts of answers after the last question and drops those before it. */
function answerOf(content: string, current: boolean, last: boolean): string {
  const end = content.lastIndexOf('</think>')
  if (end < 0) return current && last ? `<think>\n\n</think>\n\n${content.replace(/^\n+/, '')}` : content
  const before = content.slice(0, content.indexOf('</think>')).replace(/\n+$/, '')
  const thought = before
    .slice(before.lastIndexOf('<think>') + (before.includes('<think>') ? 7 : 0))
    .replace(/^\n+/, '')
  const answer = content.slice(end + 8).replace(/^\n+/, '')
  return current && (last || thought !== '')
    ? `<think>\n${thought.replace(/^\n+|\n+$/g, '')}\n</think>\n\n${answer}`
    : answer
}
