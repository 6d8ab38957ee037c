import type { TextKey } from '../locales/translate'
import { useLocale } from '../locales/context'

const apple = /mac|iphone|ipad/i.test(navigator.userAgent)
const modifier = apple ? '⌘' : 'Ctrl'

/** Keys by name: those with a word of their own are looked up, the others are the same in every language. */
type Shortcut = { keys: string[]; does: TextKey & `shortcut.${string}` }

export function ShortcutList() {
  const { t } = useLocale()
  const shortcuts: Shortcut[] = [
    { keys: [`${modifier} ${t('key.enter')}`], does: 'shortcut.generate' },
    { keys: [t('key.escape')], does: 'shortcut.stop' },
    { keys: [`${modifier} ${t('key.up')}`, `${modifier} ${t('key.down')}`], does: 'shortcut.weight' },
    { keys: [`Alt ${t('key.up')}`, `Alt ${t('key.down')}`], does: 'shortcut.history' },
    { keys: ['Alt A'], does: 'shortcut.prompt' },
    { keys: [`${modifier} 1…7`], does: 'shortcut.screens' },
    { keys: [t('key.arrows')], does: 'shortcut.arrows' },
    { keys: [`${modifier} A`], does: 'shortcut.selectAll' },
    { keys: [t('key.enter')], does: 'shortcut.open' },
    { keys: ['.'], does: 'shortcut.star' },
    { keys: [t('key.delete')], does: 'shortcut.trash' },
    { keys: ['C'], does: 'shortcut.compare' },
    { keys: ['A', 'R', 'P', 'S', 'D'], does: 'shortcut.recall' },
    { keys: ['Z'], does: 'shortcut.zoom' },
    { keys: ['[', ']'], does: 'shortcut.brush' },
    { keys: [`${modifier} Z`, `${modifier} Shift Z`], does: 'shortcut.undo' },
  ]
  return (
    <section className="panel settings-section" aria-label={t('settings.shortcuts')}>
      <h2>{t('settings.shortcuts')}</h2>
      <dl className="shortcuts">
        {shortcuts.map(({ keys, does }) => (
          <div key={does}>
            <dt>{t(does)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key} className="key">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
