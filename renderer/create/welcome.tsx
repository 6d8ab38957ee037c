import './welcome.css'
import { Boxes, Compass } from 'lucide-react'
import type { Model } from '../../contract/model'
import { Button } from '../components/button'
import { Empty } from '../components/empty'
import { Mark } from '../components/mark'
import { useLocale } from '../locales/context'
import { goTo } from '../shell/go-to'
import { useStudio } from '../state/studio'
import { examplePicture } from './example-pictures'

const mostExamples = 3

/** The first start: three things to try and an honest line on what the model cannot do. */
export function Welcome({ model }: { model: Model | undefined | null }) {
  const { create, overlay } = useStudio()
  const { t, language } = useLocale()
  if (model === null) return <div className="canvas-place quiet" aria-busy="true" />
  if (model === undefined) {
    return (
      <Empty icon={Boxes} title={t('create.noModel')} text={t('create.noModelText')}>
        <Button tone="primary" label={t('create.openModels')} onClick={() => goTo('models')} />
      </Empty>
    )
  }
  const inLanguage = model.examples.filter((example) => example.language === language)
  const examples = (inLanguage.length > 0 ? inLanguage : model.examples).slice(0, mostExamples)
  const honesty = model.honesty[language] ?? model.honesty['en']
  return (
    <div className="welcome">
      <Mark size={64} />
      <h1>{t('create.welcome')}</h1>
      <p className="welcome-text soft">{t('create.welcomeText')}</p>
      {examples.length > 0 && (
        <ul className="welcome-examples" aria-label={t('create.examples')}>
          {examples.map(({ prompt }) => {
            const picture = examplePicture(prompt)
            return (
              <li key={prompt}>
                <button
                  type="button"
                  className="welcome-example"
                  translate="no"
                  onClick={() => {
                    create.change((draft) => ({ ...draft, prompt }))
                    document.getElementById('prompt')?.focus()
                  }}
                >
                  {picture && <img src={picture} alt="" width={384} height={288} draggable={false} />}
                  <span>{prompt}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
      <Button tone="quiet" icon={Compass} label={t('tour.start')} onClick={() => overlay.set('tour')} />
      {honesty && (
        <p className="welcome-honest small">
          <strong>{t('create.honest')}</strong> <span translate="no">{honesty}</span>
        </p>
      )}
    </div>
  )
}
