import { ClipboardCopy, Copy } from 'lucide-react'
import { furtherPromptNames } from '../../contract/further-prompts'
import type { Image } from '../../contract/image'
import { samplerName } from '../../contract/sampler-names'
import { media } from '../api'
import { Button, IconButton } from '../components/button'
import { JobNotes } from '../create/job-notes'
import { FailureNotice } from '../components/failure-notice'
import { PictureActions } from '../components/picture-actions'
import { useLocale } from '../locales/context'
import { useAltText, useImage } from '../state/library'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { Annotations } from './annotations'
import { RecallButtons } from './recall-buttons'
import { Replay } from './replay'
import { SourceOf } from './source-of'
import { useCopyPicture, useCopyText } from './use-copy'

/** How one picture was made, what is written about it, and what can be taken from it. */
export function Details({ id }: { id: string }) {
  const answer = useImage(id)
  if (answer.state === 'failed' && !answer.value) return <FailureNotice failure={answer.failure} />
  if (!answer.value) return <div aria-busy="true" />
  return <DetailsOf key={id} image={answer.value} />
}

function DetailsOf({ image }: { image: Image }) {
  const { models } = useStudio()
  const { t } = useLocale()
  const altOf = useAltText()
  const copyText = useCopyText()
  const copyPicture = useCopyPicture()
  const model = useSelected(
    models,
    (list) => list?.find((one) => one.id === image.model)?.name ?? image.model,
  )
  return (
    <div className="stack">
      <img className="details-picture" src={media.thumbnail(image.id, 480)} alt={altOf(image)} />
      {image.trashedAt === undefined && <PictureActions image={image} panel />}
      {image.prompt === '' ? (
        <p className="faint">
          {t(
            image.origin === 'imported' || image.origin === 'input'
              ? 'gallery.noSettings'
              : 'gallery.noWords',
          )}
        </p>
      ) : (
        <div className="details-prompt">
          <p className="break">{image.prompt}</p>
          <IconButton
            icon={Copy}
            size={16}
            label={t('gallery.copyPrompt')}
            onClick={() => void copyText(image.prompt)}
          />
        </div>
      )}
      {image.trashedAt === undefined && image.prompt !== '' && <RecallButtons image={image} />}
      <div className="row wrap">
        <Button
          icon={ClipboardCopy}
          label={t('gallery.copyPicture')}
          onClick={() => void copyPicture(image.id)}
        />
        {image.trashedAt === undefined && <Replay image={image} />}
      </div>
      <SourceOf image={image} />
      <Facts image={image} model={model} />
      {image.notes !== undefined && (
        <div className="small faint">
          <JobNotes notes={image.notes} />
        </div>
      )}
      <Annotations image={image} />
    </div>
  )
}

function furtherFacts(
  { request }: Image,
  t: ReturnType<typeof useLocale>['t'],
): [string, string | undefined][] {
  const further = request?.kind === 'generate' ? (request.furtherPrompts ?? {}) : {}
  return furtherPromptNames.map((name) => [t(`guidance.${name}`), further[name] || undefined])
}

function samplerOf({ scheduler }: Image, automatic: string): string | undefined {
  if (scheduler === undefined) return undefined
  return scheduler === 'auto' ? automatic : samplerName(scheduler)
}

function Facts({ image, model }: { image: Image; model: string }) {
  const { t, number, bytes, date, duration, percent } = useLocale()
  const facts: [string, string | undefined][] = [
    [t('create.negative'), image.negativePrompt === '' ? undefined : image.negativePrompt],
    ...furtherFacts(image, t),
    [t('gallery.program'), image.program || undefined],
    [t('create.model'), model === '' ? undefined : model],
    [t('create.seed'), image.seed],
    [t('create.steps'), image.steps === undefined ? undefined : number(image.steps)],
    [t('create.guidance'), image.guidanceScale === undefined ? undefined : number(image.guidanceScale)],
    [t('create.sampler'), samplerOf(image, t('common.auto'))],
    [t('create.strength'), image.strength === undefined ? undefined : percent(image.strength)],
    [t('gallery.size'), t('common.pixels', image)],
    [t('gallery.made'), date(image.createdAt)],
    [t('gallery.time'), image.milliseconds === undefined ? undefined : duration(image.milliseconds)],
    [t('gallery.bytes'), bytes(image.bytes)],
    [t('gallery.origin'), t(`gallery.origin.${image.origin}`)],
  ]
  return (
    <dl className="facts">
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="break">{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
