import { RotateCcw } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/button'
import { type Chord, chordOf } from '../keys/chord'
import {
  type CommandName,
  type Place,
  commandNames,
  commands,
  holderOf,
  isReserved,
  keysOf,
} from '../keys/commands'
import { useLocale } from '../locales/context'
import { screens } from '../state/studio'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { useShownKeys } from './shown-keys'
import { SettingsSection } from './settings-section'

const places: readonly Place[] = ['everywhere', 'create', 'prompt', 'gallery', 'viewer', 'edit']

/** Every shortcut, by where it works; a click on one waits for its new keys. */
export function ShortcutList() {
  const { t } = useLocale()
  return (
    <SettingsSection name="shortcuts" settings={['shortcuts']}>
      <p className="field-hint">{t('shortcut.fixed')}</p>
      <div className="shortcuts">
        {places.map((place) => (
          <div key={place} className="shortcuts-place">
            <h3>{t(`shortcut.place.${place}`)}</h3>
            <ul>
              {commandNames
                .filter((name) => commands[name].place === place)
                .map((name) => (
                  <ShortcutRow key={name} name={name} />
                ))}
            </ul>
          </div>
        ))}
      </div>
    </SettingsSection>
  )
}

function ShortcutRow({ name }: { name: CommandName }) {
  const { settings, changeSettings } = useStudio()
  const { t } = useLocale()
  const own = useSelected(settings, (value) => value.shortcuts)
  const [listening, setListening] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const shown = useShownKeys()
  const wordOf = useCommandWord()
  const what = wordOf(name)
  const keysButton = useRef<HTMLButtonElement>(null)
  const again = useRef(false)
  // The button of the keys comes back where the listening one was, or where the way back was.
  useEffect(() => {
    if (listening || !again.current) return
    again.current = false
    keysButton.current?.focus()
  })

  const keys = keysOf(name, own).map((chord) => shown(chord).join(' '))
  const take = (chord: Chord) => {
    const holder = holderOf(chord, name, own)
    if (isReserved(chord)) return setProblem(t('shortcut.reserved', { keys: shown(chord).join(' ') }))
    if (holder) return setProblem(t('shortcut.taken', { keys: shown(chord).join(' '), what: wordOf(holder) }))
    again.current = true
    setListening(false)
    setProblem(null)
    void changeSettings({ shortcuts: { ...own, [name]: [chord] } })
  }
  const usual = () => {
    const { [name]: _, ...others } = own
    again.current = true
    void changeSettings({ shortcuts: others })
  }

  return (
    <li className="shortcut">
      <span className="grow">
        {what}
        {problem && (
          <span className="shortcut-problem" role="alert">
            {problem}
          </span>
        )}
      </span>
      {own[name] && !listening && (
        <IconButton icon={RotateCcw} size={14} label={t('shortcut.usual', { what })} onClick={usual} />
      )}
      {listening ? (
        <Listening
          onChord={take}
          onLeave={(how) => {
            again.current = how === 'key'
            setListening(false)
            setProblem(null)
          }}
        />
      ) : (
        <button
          ref={keysButton}
          type="button"
          className="shortcut-keys"
          aria-label={`${t('shortcut.change', { what })} (${keys.join(', ')})`}
          title={t('shortcut.change', { what })}
          onClick={() => setListening(true)}
        >
          {keys.map((key) => (
            <kbd key={key} className="key">
              {key}
            </kbd>
          ))}
        </button>
      )}
    </li>
  )
}

/** Has the keyboard until keys are taken, Esc is pressed or the focus goes elsewhere. */
function Listening({
  onChord,
  onLeave,
}: {
  onChord: (chord: Chord) => void
  onLeave: (how: 'key' | 'focus') => void
}) {
  const { t } = useLocale()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Tab') return
    event.preventDefault()
    event.stopPropagation()
    const chord = chordOf(event.nativeEvent)
    if (chord === 'Escape') onLeave('key')
    else if (chord) onChord(chord)
  }
  return (
    <button
      ref={button}
      type="button"
      className="shortcut-keys listening"
      title={t('shortcut.pressHint')}
      onKeyDown={onKeyDown}
      onBlur={() => onLeave('focus')}
    >
      {t('shortcut.press')}
    </button>
  )
}

function useCommandWord(): (name: CommandName) => string {
  const { t } = useLocale()
  return (name) => {
    const screen = screens.find((one) => name === `go.${one}`)
    if (screen) return t('shortcut.go', { screen: t(`nav.${screen}`) })
    return t(`shortcut.${name as Exclude<CommandName, `go.${string}`>}`)
  }
}
