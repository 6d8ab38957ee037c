export type ChatMessage = { role: 'system' | 'user' | 'assistant'; content: string }

export type PaddedIds = {
  /** exactly `length` ids, padded on the right */
  ids: Int32Array
  /** 1 for text and special tokens, 0 for padding */
  mask: Int32Array
  truncated: boolean
  /** the end of the text that did not fit, as typed; '' when nothing was cut off */
  dropped: string
}

/** One way of turning words into ids, equal to what transformers does with the same files. */
export type Tokenizer = {
  /** bpe: any other tokenizer.json, e.g. that of our starter model */
  kind: 'clip' | 't5' | 'qwen2' | 'bpe'
  /** ids with special tokens, no truncation, no padding */
  encode(text: string): number[]
  /** ids without special tokens around them, no truncation, no padding */
  encodeBare(text: string): number[]
  /** Keeps the first tokens and the closing special token when the text is too long for `length`. */
  encodePadded(text: string, length: number): PaddedIds
  maxLength: number
  padId: number
  bosId?: number
  eosId?: number
  /** The model's chat template with the generation prompt; absent where the model has no template. */
  renderChat?(
    messages: ChatMessage[],
    options?: { enableThinking?: boolean | undefined; addGenerationPrompt?: boolean | undefined },
  ): string
  /** Textual inversion placeholders: new ids follow the vocabulary; one that was added before keeps its id. */
  addTokens(tokens: string[]): number[]
  /** textual inversions by every name that a prompt may give them, with the ids of their vectors */
  learned?: readonly { name: string; ids: number[] }[]
}
