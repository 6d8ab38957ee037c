import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Failure } from '../contract/errors.ts'

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {}

/** A failure of the studio on its way to stderr. */
export class CommandFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.code)
    this.failure = failure
  }
}

/** Where a command reads and writes; tests lend their own. */
export type Terminal = {
  out(line: string): void
  error(line: string): void
  /** overwrites one line while something runs; absent where stderr is no terminal */
  status?: ((line: string) => void) | undefined
  /** aborted by Ctrl-C */
  signal: AbortSignal
}

export type Command = {
  /** "generate" or "library export" */
  name: string
  summary: string
  /** what --help prints after the summary */
  usage: string
  run(parameters: string[], terminal: Terminal): Promise<void>
}

export const dataOption = { data: { type: 'string' } } as const
export const jsonOption = { json: { type: 'boolean', default: false } } as const

/** node:util's parser; its complaints become one plain line, and `--steps -1` means what it says. */
export function parse<const Options extends ParseArgsOptionsConfig>(
  parameters: string[],
  options: Options,
  positionals: { minimum: number; maximum: number; names: string },
) {
  let result
  try {
    result = parseArgs({
      args: joinNegativeNumbers(parameters, options),
      options,
      allowPositionals: true,
      strict: true,
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error))
  }
  const { length } = result.positionals
  if (length < positionals.minimum) throw new UsageError(`missing ${positionals.names}`)
  if (length > positionals.maximum) {
    throw new UsageError(
      `unexpected "${result.positionals[positionals.maximum] ?? ''}" (put a prompt in quotes)`,
    )
  }
  return result
}

function joinNegativeNumbers(parameters: string[], options: ParseArgsOptionsConfig): string[] {
  const joined: string[] = []
  for (const parameter of parameters) {
    const previous = joined.at(-1)
    const takesValue = previous?.startsWith('--') === true && options[previous.slice(2)]?.type === 'string'
    if (takesValue && /^-\d/.test(parameter)) joined[joined.length - 1] = `${previous}=${parameter}`
    else joined.push(parameter)
  }
  return joined
}

/** "--steps 8" -> 8; ranges are the contract's business. */
export function numberOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw new UsageError(`--${name} wants a number, not "${text}"`)
  return value
}

/** "512x768", or "512" for a square. */
export function sizeOption(text: string | undefined): { width: number; height: number } | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,7})(?:[x×](\d{1,7}))?$/i.exec(text.trim())
  if (match === null) throw new UsageError(`--size wants WIDTHxHEIGHT such as 512x768, not "${text}"`)
  const width = Number(match[1])
  return { width, height: match[2] === undefined ? width : Number(match[2]) }
}

export function choiceOption<const Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined
  const found = choices.find((choice) => choice === text)
  if (found === undefined) throw new UsageError(`--${name} is one of ${choices.join(', ')}, not "${text}"`)
  return found
}
