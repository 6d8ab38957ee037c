import { ImageUpscale, type LucideIcon, WandSparkles } from 'lucide-react'
import type { JobRequestInput } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Capability, Model } from '../../contract/model'
import { StyleArt } from '../create/style-art'
import { styles, withStyle } from '../create/styles'
import { useLocale } from '../locales/context'

type QuickActionsProps = {
  image: Image
  models: readonly Model[]
  /** the model that would change the style */
  painter: Model | undefined
  onRun: (request: JobRequestInput) => void
}

/** Cards for what one press can do. What no model here can do is shown and switched off, with the reason. */
export function QuickActions({ image, models, painter, onRun }: QuickActionsProps) {
  const { t, language } = useLocale()
  const can = (capability: Capability) =>
    models.some((model) => model.state === 'ready' && model.passport.capabilities.includes(capability))
  const enlarges = can('upscale')
  const restores = can('restore')
  const icons: {
    icon: LucideIcon
    label: string
    text: string
    able: boolean
    why: string
    request: JobRequestInput
  }[] = [
    {
      icon: WandSparkles,
      label: t('edit.action.restore'),
      text: t('edit.action.restore.text'),
      able: restores,
      why: t('edit.unable.restore'),
      request: { kind: 'restore', image: image.id },
    },
    {
      icon: ImageUpscale,
      label: t('edit.action.upscale2'),
      text: t('edit.action.upscale2.text'),
      able: enlarges,
      why: t('edit.unable.upscale'),
      request: { kind: 'upscale', image: image.id, scale: 2 },
    },
    {
      icon: ImageUpscale,
      label: t('edit.action.upscale4'),
      text: t('edit.action.upscale4.text'),
      able: enlarges,
      why: t('edit.unable.upscale'),
      request: { kind: 'upscale', image: image.id, scale: 4 },
    },
  ]
  return (
    <section className="stack" aria-label={t('edit.actions')}>
      <h2>{t('edit.actions')}</h2>
      <ul className="quick">
        {icons.map(({ icon: Icon, label, text, able, why, request }) => (
          <li key={label}>
            <button
              type="button"
              className="quick-card"
              disabled={!able}
              title={able ? text : why}
              onClick={() => onRun(request)}
            >
              <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
              <span>
                <strong>{label}</strong>
                <span className="small faint">{able ? text : why}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <h3 id="edit-styles">{t('edit.action.style.text')}</h3>
      <ul className="quick styles" aria-labelledby="edit-styles">
        {styles.map((style) => (
          <li key={style.id}>
            <button
              type="button"
              className="quick-card"
              disabled={!painter}
              title={painter ? t('edit.action.style.text') : t('edit.unable.image')}
              onClick={() => {
                if (!painter) return
                onRun({
                  kind: 'generate',
                  model: painter.id,
                  prompt: withStyle(image.prompt, style, language),
                  image: { id: image.id, strength: style.strength },
                })
              }}
            >
              <StyleArt style={style} />
              <span>{style.name[language]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
