import { SanggarError } from './errors.ts'

/**
 * The prompt language of A1111 and Forge, as their `parse_prompt_attention` reads it: `(word)` is x 1.1,
 * `[word]` is / 1.1, `(word:1.2)`, `\(` for a bracket that is meant, BREAK, `<lora:name:0.8>`; with
 * `embedding:name` as in ComfyUI and the marks of dynamic prompts `{a|b}` and `__wildcard__`. Pure text: no
 * tokenizer and no model. Positions are UTF-16 offsets into the source, ends exclusive.
 */
export type PromptTokenKind =
  | 'text'
  | 'escape'
  | 'open'
  | 'close'
  | 'weight'
  | 'break'
  | 'lora'
  | 'embedding'
  | 'choice'
  | 'wildcard'

/** Tokens follow each other without gaps from the first character to the last. */
export type PromptToken = {
  kind: PromptTokenKind
  start: number
  end: number
  /** in effect here */ weight: number
}

/** Words of one weight. `offsets[i]` is where `text[i]` stands in the source. */
export type PromptText = { kind: 'text'; text: string; weight: number; offsets: number[] }
export type PromptPart =
  | PromptText
  | { kind: 'break'; start: number; end: number }
  | { kind: 'embedding'; name: string; weight: number; start: number; end: number }

/** `<lora:name:textEncoderScale:scale>`; one number stands for both. */
export type LoraMention = {
  name: string
  scale: number
  textEncoderScale: number
  start: number
  end: number
}

export const promptProblems = {
  /** `(word:1.2.3)`, or more emphasis than a number can hold */
  weight: 'error',
  'lora-name': 'error',
  'lora-weight': 'error',
  'too-deep': 'error',
  'unclosed-bracket': 'warning',
  'stray-bracket': 'warning',
  'unclosed-lora': 'warning',
  'unclosed-choice': 'warning',
  /** `[from:to:when]` and `[a|b]` change a prompt while it is painted, which Sanggar does not do */
  'prompt-editing': 'warning',
} as const
export type PromptProblemCode = keyof typeof promptProblems
export type PromptProblem = {
  problem: PromptProblemCode
  severity: 'error' | 'warning'
  start: number
  end: number
}

export type ParsedPrompt = {
  tokens: PromptToken[]
  parts: PromptPart[]
  loras: LoraMention[]
  problems: PromptProblem[]
}

const emphasis = 1.1
const deepest = 256
const escapable = '()[]{}|<\\'
const weightPattern = /:\s*([+-]?[.\d]+)\s*\)/y
const loraPattern = /<(?:lora|lyco):([^<>\n]*)>/y
const embeddingPattern = /embedding:([^\s,()[\]{}|<>:\\]+)/y
const wildcardPattern = /__[\p{L}\p{N}](?:[\p{L}\p{N}/.-]|_(?!_))*__/uy
const editingPattern = /\[(?:[^[\]|]*\|[^[\]]*|[^[\]]*:\s*[.\d]+\s*)\]/y
const breakPattern = /BREAK(?![\p{L}\p{N}_])\s*/uy

/** Reads any text; what is wrong with it is listed in `problems`, never thrown. */
export function parsePrompt(source: string): ParsedPrompt {
  const lexer = new Lexer(source)
  lexer.read()
  for (const { start, end, weight } of lexer.tokens)
    if (!Number.isFinite(weight)) {
      lexer.report('weight', start, end)
      break
    }
  const { tokens, loras } = lexer
  const problems = lexer.problems.toSorted((a, b) => a.start - b.start)
  return { tokens, parts: partsOf(source, tokens), loras, problems }
}

/**
 * The same for those who cannot go on with a faulty prompt.
 * @throws SanggarError prompt-syntax at the first problem that is an error
 */
export function requirePrompt(source: string): ParsedPrompt {
  const parsed = parsePrompt(source)
  const fault = parsed.problems.find(({ severity }) => severity === 'error')
  if (fault !== undefined)
    throw new SanggarError({ code: 'prompt-syntax', position: fault.start, problem: fault.problem })
  return parsed
}

/** One reading of one text: a position that moves on, and the brackets that are open. */
class Lexer {
  readonly tokens: PromptToken[] = []
  readonly loras: LoraMention[] = []
  readonly problems: PromptProblem[] = []
  private readonly source: string
  /** indices into tokens */
  private readonly round: number[] = []
  private readonly square: number[] = []
  private readonly choices: { token: number; options: boolean }[] = []
  private textStart = 0
  private at = 0

  constructor(source: string) {
    this.source = source
  }

  report(problem: PromptProblemCode, start: number, end: number): void {
    this.problems.push({ problem, severity: promptProblems[problem], start, end })
  }

  read(): void {
    while (this.at < this.source.length) if (!this.special(this.source[this.at] ?? '')) this.at++
    this.flush(this.at)
    for (const index of this.round) this.unclosed(index, emphasis)
    for (const index of this.square) this.unclosed(index, 1 / emphasis)
    for (const { token, options } of this.choices) {
      if (options) this.report('unclosed-choice', this.startOf(token), this.startOf(token) + 1)
      this.literal(token)
    }
  }

  private unclosed(index: number, factor: number): void {
    this.report('unclosed-bracket', this.startOf(index), this.startOf(index) + 1)
    this.multiply(index, factor)
  }

  private startOf(index: number): number {
    return this.tokens[index]?.start ?? 0
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    return pattern.exec(this.source)
  }

  /** Ends the run of plain text before `end`. */
  private flush(end: number): void {
    if (end > this.textStart) this.tokens.push({ kind: 'text', start: this.textStart, end, weight: 1 })
    this.textStart = end
  }

  private push(kind: PromptTokenKind, length: number): void {
    this.flush(this.at)
    this.tokens.push({ kind, start: this.at, end: this.at + length, weight: 1 })
    this.at += length
    this.textStart = this.at
  }

  private multiply(from: number, factor: number): void {
    for (let index = from; index < this.tokens.length; index++) {
      const token = this.tokens[index]
      if (token !== undefined) token.weight *= factor
    }
  }

  /** Consumes what begins here and is not plain text. */
  private special(character: string): boolean {
    switch (character) {
      case '\\': {
        const next = this.source[this.at + 1] ?? ''
        this.push('escape', next !== '' && escapable.includes(next) ? 2 : 1)
        return true
      }
      case '(':
        return this.open(this.round)
      case '[':
        if (this.match(editingPattern)) this.report('prompt-editing', this.at, editingPattern.lastIndex)
        return this.open(this.square)
      case ')':
        return this.close(this.round, emphasis)
      case ']':
        return this.close(this.square, 1 / emphasis)
      case ':':
        return this.weight()
      case '<':
        return this.lora()
      case '_': {
        const found = this.match(wildcardPattern)
        if (found) this.push('wildcard', found[0].length)
        return found !== null
      }
      case '{':
      case '|':
      case '}':
        return this.choice(character)
      case 'B':
        return this.wordStarts() && this.break()
      case 'e': {
        const found = this.wordStarts() ? this.match(embeddingPattern) : null
        if (found) this.push('embedding', found[0].length)
        return found !== null
      }
      default:
        return false
    }
  }

  private wordStarts(): boolean {
    return !/[\p{L}\p{N}_]$/u.test(this.source.slice(Math.max(0, this.at - 2), this.at))
  }

  private open(stack: number[]): boolean {
    this.flush(this.at)
    if (this.round.length + this.square.length >= deepest) {
      if (!this.problems.some(({ problem }) => problem === 'too-deep'))
        this.report('too-deep', this.at, this.at + 1)
      return false
    }
    stack.push(this.tokens.length)
    this.push('open', 1)
    return true
  }

  private close(stack: number[], factor: number): boolean {
    const from = stack.pop()
    if (from === undefined) {
      this.report('stray-bracket', this.at, this.at + 1)
      return false
    }
    this.push('close', 1)
    this.multiply(from, factor)
    return true
  }

  private weight(): boolean {
    const found = this.match(weightPattern)
    if (!found) return false
    const from = this.round.pop()
    if (from === undefined) return false
    const [whole, digits = ''] = found
    const factor = Number(digits)
    const start = this.at
    this.push('weight', whole.length - 1)
    this.push('close', 1)
    if (Number.isFinite(factor)) this.multiply(from, factor)
    else this.report('weight', start, this.at)
    return true
  }

  private lora(): boolean {
    const found = this.match(loraPattern)
    if (!found) {
      if (/^<(?:lora|lyco):/.test(this.source.slice(this.at, this.at + 6)))
        this.report('unclosed-lora', this.at, this.at + 6)
      return false
    }
    const [name = '', first, second] = (found[1] ?? '').split(':').map((field) => field.trim())
    const start = this.at
    this.push('lora', found[0].length)
    const textEncoderScale = scaleOf(first, 1)
    const scale = scaleOf(second, textEncoderScale)
    if (name === '') this.report('lora-name', start, this.at)
    else if (Number.isNaN(scale + textEncoderScale)) this.report('lora-weight', start, this.at)
    else this.loras.push({ name, scale, textEncoderScale, start, end: this.at })
    return true
  }

  private break(): boolean {
    const found = this.match(breakPattern)
    if (!found) return false
    const end = this.at + found[0].length
    const before = this.source.slice(this.textStart, this.at)
    this.at = this.textStart + before.trimEnd().length
    this.push('break', end - this.at)
    return true
  }

  /** Braces are a choice only if there is something to choose from; `{best quality}` is plain text. */
  private choice(character: string): boolean {
    const innermost = this.choices.at(-1)
    if (character === '|') {
      if (innermost === undefined) return false
      innermost.options = true
    }
    if (character === '{') {
      this.flush(this.at)
      this.choices.push({ token: this.tokens.length, options: false })
    }
    if (character === '}') {
      const opened = this.choices.pop()
      if (opened === undefined) return false
      if (!opened.options) {
        this.literal(opened.token)
        return false
      }
    }
    this.push('choice', 1)
    return true
  }

  private literal(index: number): void {
    const token = this.tokens[index]
    if (token !== undefined) token.kind = 'text'
  }
}

function scaleOf(field: string | undefined, absent: number): number {
  if (field === undefined || field === '') return absent
  return /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(field) ? Number(field) : Number.NaN
}

/** What a token contributes to the words: where its letters stand (a lone backslash has none). */
function lettersOf({ kind, start, end }: PromptToken): [number, number] | undefined {
  switch (kind) {
    case 'escape':
      return [start + 1, end]
    case 'text':
    case 'choice':
    case 'wildcard':
      return [start, end]
    default:
      return undefined
  }
}

function partsOf(source: string, tokens: PromptToken[]): PromptPart[] {
  const parts: PromptPart[] = []
  for (const token of tokens) {
    const { kind, start, end, weight } = token
    if (kind === 'break') parts.push({ kind, start, end })
    if (kind === 'embedding')
      parts.push({ kind, name: source.slice(start + 'embedding:'.length, end), weight, start, end })
    const letters = lettersOf(token)
    if (letters === undefined) continue
    const [from, to] = letters
    const last = parts.at(-1)
    const text = last?.kind === 'text' && last.weight === weight ? last : newText(parts, weight)
    text.text += source.slice(from, to)
    for (let offset = from; offset < to; offset++) text.offsets.push(offset)
  }
  return parts.filter((part) => part.kind !== 'text' || part.text !== '')
}

function newText(parts: PromptPart[], weight: number): PromptText {
  const text: PromptText = { kind: 'text', text: '', weight, offsets: [] }
  parts.push(text)
  return text
}
