import { useCallback } from 'react'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { ariaKeys, chordOf } from './chord'
import { type CommandName, type Place, commandFor, keysOf } from './commands'

/** Reads key events as the commands of a place, with the keys that the user has set. */
export function useCommands(place: Place): (event: KeyboardEvent) => CommandName | undefined {
  const { settings } = useStudio()
  const own = useSelected(settings, (value) => value.shortcuts)
  return useCallback((event) => commandFor(chordOf(event), place, own), [place, own])
}

/** The keys of a command for `aria-keyshortcuts`. */
export function useAriaKeys(name: CommandName): string {
  const { settings } = useStudio()
  return ariaKeys(
    keysOf(
      name,
      useSelected(settings, (value) => value.shortcuts),
    ),
  )
}
