import { expect, test } from 'vitest'
import { ariaKeys, chordOf, partsOf } from './chord'
import { commandFor, commandNames, commands, holderOf, isReserved } from './commands'

const press = (
  key: string,
  code = '',
  held: Partial<Record<'ctrl' | 'meta' | 'alt' | 'shift' | 'altGraph', boolean>> = {},
) =>
  chordOf({
    key,
    code,
    ctrlKey: held.ctrl ?? false,
    metaKey: held.meta ?? false,
    altKey: held.alt ?? false,
    shiftKey: held.shift ?? false,
    getModifierState: (name) => name === 'AltGraph' && held.altGraph === true,
  })

test('a chord is written in one order, whatever was pressed first', () => {
  expect(press('Enter', 'Enter', { ctrl: true, shift: true })).toBe('Mod+Shift+Enter')
  expect(press('z', 'KeyZ', { meta: true })).toBe('Mod+Z')
  expect(press('Z', 'KeyZ', { ctrl: true, shift: true })).toBe('Mod+Shift+Z')
  expect(press('.', 'Period')).toBe('.')
  expect(press('?', 'Slash', { shift: true })).toBe('?')
  expect(press('Control', 'ControlLeft', { ctrl: true })).toBeNull()
})

test('Alt with a letter is the letter, whatever it would type; AltGr types', () => {
  expect(press('å', 'KeyA', { alt: true })).toBe('Alt+A')
  expect(press('[', 'Digit8', { ctrl: true, alt: true, altGraph: true })).toBe('[')
})

test('letters go by what is printed on the key', () => {
  expect(press('z', 'KeyY', { ctrl: true })).toBe('Mod+Z')
  expect(press('&', 'Digit1', { ctrl: true })).toBe('Mod+1')
})

test('a changed key replaces the usual one', () => {
  expect(commandFor('Mod+Enter', 'create', {})).toBe('generate')
  expect(commandFor('Mod+Enter', 'create', { generate: ['Mod+G'] })).toBeUndefined()
  expect(commandFor('Mod+G', 'create', { generate: ['Mod+G'] })).toBe('generate')
  expect(commandFor('Mod+Enter', 'gallery', {})).toBeUndefined()
})

test('the usual keys never mean two things at the same place, and none breaks typing', () => {
  for (const name of commandNames)
    for (const chord of commands[name].keys) {
      expect(holderOf(chord, name, {}), `${name} ${chord}`).toBeUndefined()
      expect(isReserved(chord), chord).toBe(false)
    }
  expect(holderOf('A', 'star', {})).toBe('recallAll')
  expect(holderOf('[', 'star', {})).toBeUndefined()
  expect(isReserved('Mod+C')).toBe(true)
})

test('chords as parts and for screen readers', () => {
  expect(partsOf('Mod++')).toEqual(['Mod', '+'])
  expect(partsOf('Mod+Shift+Z')).toEqual(['Mod', 'Shift', 'Z'])
  expect(ariaKeys(['Mod+Shift+Z', 'Mod+Y'])).toBe('Control+Shift+Z Control+Y')
})
