import {
  Brush,
  Expand,
  ImageUpscale,
  type LucideIcon,
  Palette,
  Pencil,
  Plus,
  Sparkles,
  Sun,
  UserRound,
  WandSparkles,
} from 'lucide-react'
import { useState } from 'react'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import { madePixelLimit } from '../../contract/picture-limits'
import { type QuickAction, type actionIcons, wordsIn } from '../../contract/quick-action'
import { IconButton } from '../components/button'
import { StyleArt } from '../create/style-art'
import { styleOf } from '../create/styles'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { ActionDialog } from './action-dialog'
import { ableModel, allActions, shippedActions } from './actions'

const icons: Record<(typeof actionIcons)[number], LucideIcon> = {
  wand: WandSparkles,
  enlarge: ImageUpscale,
  brush: Brush,
  extend: Expand,
  palette: Palette,
  sun: Sun,
  person: UserRound,
  sparkles: Sparkles,
}

type QuickActionsProps = {
  image: Image
  models: readonly Model[]
  /** the model that would paint */
  painter: Model | undefined
  onAction: (action: QuickAction) => void
}

/** What nothing that ships can do is not offered before there is a model for it. */
const silent = new Set<QuickAction['needs']>(['face', 'cutout'])

/** Cards for what one press can do. What no model here can do is shown and switched off, with the reason. */
export function QuickActions({ image, models, painter, onAction }: QuickActionsProps) {
  const { ownActions } = useStudio()
  const { t } = useLocale()
  const own = useStore(ownActions).actions
  const folder = useAnswer('actions.folder', null)
  const [editing, setEditing] = useState<QuickAction | 'new' | null>(null)
  const all = allActions(shippedActions, folder.value?.actions ?? [], own)
  const wanted = (action: QuickAction) => !silent.has(action.needs) || ableModel(action, models) !== undefined
  const pictured = (action: QuickAction) => action.style !== undefined
  const reasonAgainst = (action: QuickAction) => {
    if (ableModel(action, models) === undefined || (action.does === 'restyle' && painter === undefined)) {
      return t(`edit.unable.${lacking(action)}`)
    }
    if (resultPixels(action, image) <= madePixelLimit) return undefined
    return t('edit.unable.size', { limit: madePixelLimit / 1e6 })
  }
  const cards = (list: readonly QuickAction[]) =>
    list.map((action) => (
      <li key={action.id}>
        <ActionCard action={action} unable={reasonAgainst(action)} onPress={() => onAction(action)} />
        {own.includes(action) && (
          <IconButton
            className="quick-edit"
            icon={Pencil}
            size={14}
            label={t('action.edit')}
            onClick={() => setEditing(action)}
          />
        )}
      </li>
    ))

  return (
    <section className="stack" aria-label={t('edit.actions')}>
      <div className="row spread">
        <h2>{t('edit.actions')}</h2>
        <IconButton icon={Plus} label={t('action.new')} onClick={() => setEditing('new')} />
      </div>
      <ul className="quick">{cards(all.filter((action) => !pictured(action) && wanted(action)))}</ul>
      <h3 id="edit-styles">{t('edit.action.style.text')}</h3>
      <ul className="quick styles" aria-labelledby="edit-styles">
        {cards(all.filter(pictured))}
      </ul>
      {folder.value?.problems.map(({ file, problem }) => (
        <p key={file} className="field-hint">
          {t('action.badFile', { file, problem })}
        </p>
      ))}
      {editing && (
        <ActionDialog
          action={editing === 'new' ? null : editing}
          image={image}
          folder={folder.value?.folder ?? ''}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  )
}

/** `unable`: why it cannot be done to this picture. */
type ActionCardProps = { action: QuickAction; unable: string | undefined; onPress: () => void }

function ActionCard({ action, unable, onPress }: ActionCardProps) {
  const { language } = useLocale()
  const label = wordsIn(action.label, language)
  const text = unable ?? wordsIn(action.text, language)
  const Icon = icons[action.icon]
  const style = action.style === undefined ? undefined : styleOf(action.style)
  return (
    <button
      type="button"
      className="quick-card"
      disabled={unable !== undefined}
      title={text}
      onClick={onPress}
    >
      {style ? <StyleArt style={style} /> : <Icon size={20} strokeWidth={1.75} aria-hidden="true" />}
      {style ? (
        <span>{label}</span>
      ) : (
        <span>
          <strong>{label}</strong>
          <span className="small faint">{text}</span>
        </span>
      )}
    </button>
  )
}

/** Pixels of what an action makes. */
function resultPixels({ does, scale = 2 }: QuickAction, { width, height }: Image): number {
  return width * height * (does === 'upscale' ? scale ** 2 : 1)
}

/** Which reason is given when no model can do it. */
function lacking({ needs }: QuickAction) {
  if (needs === 'upscale' || needs === 'restore') return needs
  return needs === 'inpaint' ? 'paint' : 'image'
}
