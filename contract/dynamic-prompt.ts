import { SanggarError } from './errors.ts'

const deepest = 32
const mostChoices = 10_000
const longestResult = 100_000
const wildcardName = /__([\p{L}\p{N}](?:[\p{L}\p{N}/.-]|_(?!_))*)__/uy

export type Expansion = {
  /** in [0, 1) */
  random: () => number
  /** the lines of a wildcard; undefined where there is none of that name */
  wildcard?: (name: string) => readonly string[] | undefined
}

export type ExpandedPrompt = { text: string; /** left as typed */ unknownWildcards: string[] }

/**
 * Dynamic prompts: `{a|b}` takes one, `{0.3::a|b}` with weights, `{2$$a|b|c}` or `{1-2$$ and $$a|b}` several
 * without repetition, `__name__` a line of a wildcard; what is taken is expanded in turn. Braces without a
 * choice, and what follows a backslash, stay.
 *
 * @throws SanggarError prompt-syntax when wildcards contain each other without end
 */
export function expandPrompt(source: string, expansion: Expansion): ExpandedPrompt {
  const run = { ...expansion, origin: 0, choices: 0, written: 0, unknown: new Set<string>() }
  return { text: expand(source, run, 0), unknownWildcards: [...run.unknown] }
}

/** The same choices for the same seed (decimal, below 2^64): splitmix64 (Steele, Lea, Flood 2014). */
export function seededRandom(seed: string): () => number {
  let state = BigInt(seed)
  return () => {
    state = BigInt.asUintN(64, state + 0x9e37_79b9_7f4a_7c15n)
    let mixed = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58_476d_1ce4_e5b9n)
    mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d0_49bb_1331_11ebn)
    return Number((mixed ^ (mixed >> 31n)) >> 11n) / 2 ** 53
  }
}

type Run = Expansion & { origin: number; choices: number; written: number; unknown: Set<string> }

function expand(text: string, run: Run, depth: number): string {
  if (depth > deepest) throw endless(run)
  const groups = findGroups(text)
  let result = ''
  let at = 0
  while (at < text.length) {
    if (depth === 0) run.origin = at
    const [piece, next] = expandAt(text, at, groups, run, depth)
    result += piece
    at = next
    if (result.length > longestResult) throw endless(run)
  }
  return result
}

/** What stands at a position, expanded, and where the rest begins. */
function expandAt(
  text: string,
  at: number,
  groups: Map<number, Group>,
  run: Run,
  depth: number,
): [string, number] {
  const character = text[at] ?? ''
  if (character === '\\') return [text.slice(at, at + 2), at + 2]
  const group = groups.get(at)
  if (group !== undefined) return [choose(text, at, group, run, depth), group.end + 1]
  wildcardName.lastIndex = at
  const name = character === '_' ? wildcardName.exec(text)?.[1] : undefined
  if (name === undefined) return [character, at + 1]
  const end = wildcardName.lastIndex
  const lines = run.wildcard?.(name)
  if (lines === undefined || lines.length === 0) {
    if (run.wildcard !== undefined) run.unknown.add(name)
    return [text.slice(at, end), end]
  }
  count(run)
  return [expand(lines[Math.floor(run.random() * lines.length)] ?? '', run, depth + 1), end]
}

function count(run: Run): void {
  run.choices++
  if (run.choices > mostChoices) throw endless(run)
}

function endless({ origin }: Run): SanggarError {
  return new SanggarError({ code: 'prompt-syntax', position: origin, problem: 'expansion-too-long' })
}

type Group = { end: number; bars: number[] }

/** Braces that offer a choice: a `|` between them, or a count before `$$`. */
function findGroups(text: string): Map<number, Group> {
  const groups = new Map<number, Group>()
  const open: { start: number; bars: number[] }[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '\\') at++
    else if (character === '{') open.push({ start: at, bars: [] })
    else if (character === '|') open.at(-1)?.bars.push(at)
    else if (character === '}') {
      const group = open.pop()
      if (group !== undefined && group.bars.length > 0) groups.set(group.start, { end: at, bars: group.bars })
    }
  }
  return groups
}

function choose(text: string, start: number, { end, bars }: Group, run: Run, depth: number): string {
  count(run)
  const head = /^(\d{1,3})(?:-(\d{1,3}))?\$\$(?:([^$|{}]*)\$\$)?/.exec(text.slice(start + 1, end))
  const edges = [start + (head?.[0].length ?? 0), ...bars, end]
  const options = edges.slice(1).map((edge, index) => weighted(text.slice((edges[index] ?? 0) + 1, edge)))
  const least = Math.min(Number(head?.[1] ?? 1), options.length)
  const most = Math.min(Math.max(least, Number(head?.[2] ?? least)), options.length)
  const wanted = least + Math.floor(run.random() * (most - least + 1))
  const taken: string[] = []
  while (taken.length < wanted) {
    const index = draw(options, run.random())
    const [option] = options.splice(index, 1)
    taken.push(expand(option?.text ?? '', run, depth + 1))
  }
  return taken.join(head?.[3] ?? ', ')
}

function weighted(option: string): { text: string; weight: number } {
  const found = /^\s*(\d+\.?\d*|\.\d+)::/.exec(option)
  return found === null
    ? { text: option, weight: 1 }
    : { text: option.slice(found[0].length), weight: Number(found[1]) }
}

/** An index by weight; rounding may leave a rest, which the last option that can be drawn gets. */
function draw(options: readonly { weight: number }[], random: number): number {
  let left = random * options.reduce((sum, { weight }) => sum + weight, 0)
  for (const [index, { weight }] of options.entries()) {
    left -= weight
    if (left < 0) return index
  }
  return Math.max(
    0,
    options.findLastIndex(({ weight }) => weight > 0),
  )
}
