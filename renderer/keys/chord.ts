/**
 * One key with what is held down, as it is stored and compared: "Mod+Enter", "Alt+A", "Mod+Shift+Z", ".".
 * Mod is Ctrl, and Cmd on Apple's keyboards; either is taken everywhere, as people plug in both.
 * The order is always Mod, Alt, Shift, key.
 */
export type Chord = string

const onlyHeld = new Set(['Control', 'Meta', 'Alt', 'AltGraph', 'Shift', 'CapsLock', 'Dead', 'Process'])

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'> & {
  getModifierState?: (name: string) => boolean
}

/** What was pressed; null as long as it is nothing but Ctrl, Alt or Shift. */
export function chordOf(event: Pressed): Chord | null {
  if (onlyHeld.has(event.key)) return null
  // AltGr types characters such as [ on many layouts; Windows reports it as Ctrl and Alt together.
  const types = event.getModifierState?.('AltGraph') === true
  const mod = (event.ctrlKey || event.metaKey) && !types
  const alt = event.altKey && !types
  const key = keyOf(event, mod || alt)
  // On characters Shift is already in the key ("?"), on letters and named keys it is not.
  const shift = event.shiftKey && (key.length > 1 || /^[A-Z0-9]$/.test(key))
  return [mod && 'Mod', alt && 'Alt', shift && 'Shift', key].filter(Boolean).join('+')
}

/** With a modifier the place of the key counts (Alt+A types å on a Mac), without one its character. */
function keyOf({ key, code }: Pressed, held: boolean): string {
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1]
  if (place && (held || /^[a-z]$/i.test(key))) return /^[a-z]$/i.test(key) ? key.toUpperCase() : place
  if (key === ' ') return 'Space'
  return key.length === 1 ? key.toUpperCase() : key
}

/** "Mod+Shift+Z" in its parts; "+" itself is a key too. */
export function partsOf(chord: Chord): string[] {
  const parts = chord.split('+').filter((part) => part !== '')
  return chord.endsWith('+') ? [...parts, '+'] : parts
}

/** As `aria-keyshortcuts` wants it (WAI-ARIA 1.2): "Control+Shift+Z". */
export function ariaKeys(chords: readonly Chord[]): string {
  return chords
    .map((chord) =>
      partsOf(chord)
        .map((part) => (part === 'Mod' ? 'Control' : part))
        .join('+'),
    )
    .join(' ')
}
