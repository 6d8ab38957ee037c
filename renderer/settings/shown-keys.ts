import { type Chord, partsOf } from '../keys/chord'
import { useLocale } from '../locales/context'
import type { TextKey } from '../locales/translate'

const apple = /mac|iphone|ipad/i.test(navigator.userAgent)

const words: Record<string, TextKey> = {
  ArrowUp: 'key.up',
  ArrowDown: 'key.down',
  ArrowLeft: 'key.left',
  ArrowRight: 'key.right',
  Enter: 'key.enter',
  Delete: 'key.delete',
  Escape: 'key.escape',
  Space: 'key.space',
}

/** A chord as this system's keyboards and this language write it: "⌘ Enter", "Ctrl Atas". */
export function useShownKeys(): (chord: Chord) => string[] {
  const { t } = useLocale()
  return (chord) =>
    partsOf(chord).map((part) => {
      const word = words[part]
      if (word) return (t as (key: TextKey) => string)(word)
      return part === 'Mod' ? (apple ? '⌘' : 'Ctrl') : part
    })
}
