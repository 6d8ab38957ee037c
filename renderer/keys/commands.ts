import type { Chord } from './chord'

/** Where a key is listened to. Two commands may share a chord when they are never awake at the same time. */
export type Place = 'everywhere' | 'create' | 'prompt' | 'gallery' | 'viewer' | 'edit'

type Command = { place: Place; keys: readonly Chord[] }

/** Every key that can be changed, with what people have in their fingers (needs of the field: A1111, InvokeAI, ComfyUI). */
export const commands = {
  'go.create': { place: 'everywhere', keys: ['Mod+1'] },
  'go.edit': { place: 'everywhere', keys: ['Mod+2'] },
  'go.gallery': { place: 'everywhere', keys: ['Mod+3'] },
  'go.models': { place: 'everywhere', keys: ['Mod+4'] },
  'go.privacy': { place: 'everywhere', keys: ['Mod+5'] },
  'go.insights': { place: 'everywhere', keys: ['Mod+6'] },
  'go.settings': { place: 'everywhere', keys: ['Mod+7'] },
  help: { place: 'everywhere', keys: ['F1'] },
  generate: { place: 'create', keys: ['Mod+Enter'] },
  generateFirst: { place: 'create', keys: ['Mod+Shift+Enter'] },
  stop: { place: 'create', keys: ['Escape'] },
  focusPrompt: { place: 'create', keys: ['Alt+A'] },
  heavier: { place: 'prompt', keys: ['Mod+ArrowUp'] },
  lighter: { place: 'prompt', keys: ['Mod+ArrowDown'] },
  earlierPrompt: { place: 'prompt', keys: ['Alt+ArrowUp'] },
  laterPrompt: { place: 'prompt', keys: ['Alt+ArrowDown'] },
  selectAll: { place: 'gallery', keys: ['Mod+A'] },
  star: { place: 'gallery', keys: ['.'] },
  trash: { place: 'gallery', keys: ['Delete'] },
  takeBack: { place: 'gallery', keys: ['Mod+Z'] },
  compare: { place: 'gallery', keys: ['C'] },
  recallAll: { place: 'gallery', keys: ['A'] },
  recallRemix: { place: 'gallery', keys: ['R'] },
  recallPrompt: { place: 'gallery', keys: ['P'] },
  recallSeed: { place: 'gallery', keys: ['S'] },
  recallSize: { place: 'gallery', keys: ['D'] },
  details: { place: 'gallery', keys: ['I'] },
  zoom: { place: 'viewer', keys: ['Z'] },
  slideshow: { place: 'viewer', keys: ['F5'] },
  brushSmaller: { place: 'edit', keys: ['['] },
  brushLarger: { place: 'edit', keys: [']'] },
  undo: { place: 'edit', keys: ['Mod+Z'] },
  redo: { place: 'edit', keys: ['Mod+Shift+Z', 'Mod+Y'] },
} as const satisfies Record<string, Command>

export type CommandName = keyof typeof commands
/** command -> its chords, where they are not the usual ones: `settings.shortcuts` */
export type OwnKeys = Readonly<Record<string, readonly Chord[]>>

export const commandNames = Object.keys(commands) as CommandName[]

export function keysOf(name: CommandName, own: OwnKeys): readonly Chord[] {
  return own[name] ?? commands[name].keys
}

/** What a chord does at this place. */
export function commandFor(chord: Chord | null, place: Place, own: OwnKeys): CommandName | undefined {
  if (chord === null) return undefined
  return commandNames.find((name) => commands[name].place === place && keysOf(name, own).includes(chord))
}

/** Places that are awake together: a chord must not mean two things there. */
const together: Record<Place, readonly Place[]> = {
  everywhere: ['everywhere', 'create', 'prompt', 'gallery', 'viewer', 'edit'],
  // Edit begins and stops a picture with Create's keys, and its prompt is the same box.
  create: ['everywhere', 'create', 'prompt', 'edit'],
  prompt: ['everywhere', 'create', 'prompt', 'edit'],
  // The viewer listens to Star and Trash of the gallery too.
  gallery: ['everywhere', 'gallery', 'viewer'],
  viewer: ['everywhere', 'gallery', 'viewer'],
  edit: ['everywhere', 'create', 'prompt', 'edit'],
}

/** The other command that already has this chord where `name` is listened to. */
export function holderOf(chord: Chord, name: CommandName, own: OwnKeys): CommandName | undefined {
  const places = together[commands[name].place]
  return commandNames.find(
    (other) => other !== name && places.includes(commands[other].place) && keysOf(other, own).includes(chord),
  )
}

/** Chords that belong to typing, moving and the browser: taking one would break the page. */
export function isReserved(chord: Chord): boolean {
  return /^(?:Shift\+)?(?:Tab|Enter|Space|Arrow\w+|Home|End|PageUp|PageDown|Backspace)$|^Mod\+[CVXWTNRQ]$/.test(
    chord,
  )
}
