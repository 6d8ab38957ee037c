import type { ExportMetadata, PictureForm } from '../../contract/export'
import { Choice } from '../components/choice'
import { Field, Slider } from '../components/fields'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'

const kinds: readonly ExportMetadata[] = ['clean', 'reproducible', 'disclosed']
const formats: readonly { value: PictureForm['format']; label: string }[] = [
  { value: 'png', label: 'PNG' },
  { value: 'jpeg', label: 'JPEG' },
  { value: 'webp', label: 'WebP' },
  { value: 'avif', label: 'AVIF' },
]
/** 0: as it is */
const sides = [0, 512, 1024, 2048, 4096] as const

/** What the person chose of a picture's form. */
export type ChosenForm = Omit<PictureForm, 'longestSide'> & { longestSide: number }

type FieldsProps = { form: ChosenForm; onChange: (part: Partial<ChosenForm>) => void }

export function formRequest({ longestSide, ...form }: ChosenForm): PictureForm {
  return { ...form, ...(longestSide > 0 && { longestSide }) }
}

export function FormatFields({ form, onChange }: FieldsProps) {
  const { t, number } = useLocale()
  return (
    <>
      <Choice
        legend={t('export.format')}
        look="segments"
        value={form.format}
        options={formats}
        onChoose={(format) => onChange({ format })}
      />
      {form.format !== 'png' && (
        <Slider
          label={t('export.quality')}
          value={form.quality}
          minimum={40}
          maximum={100}
          shown={number(form.quality)}
          onChange={(quality) => onChange({ quality })}
        />
      )}
    </>
  )
}

export function MetadataChoice({ form, onChange }: FieldsProps) {
  const { t } = useLocale()
  return (
    <Choice
      legend={t('export.metadata')}
      value={form.metadata}
      options={kinds.map((kind) => ({
        value: kind,
        label: t(`export.metadata.${kind}`),
        hint: t(`export.metadata.${kind}.text`),
      }))}
      onChoose={(metadata) => onChange({ metadata })}
    />
  )
}

export function SizeField({ form, onChange }: FieldsProps) {
  const { t } = useLocale()
  return (
    <Field label={t('export.longestSide')}>
      {({ id }) => (
        <select
          id={id}
          className="text-input"
          value={form.longestSide}
          onChange={(event) => onChange({ longestSide: Number(event.currentTarget.value) })}
        >
          {sides.map((side) => (
            <option key={side} value={side}>
              {side === 0 ? t('export.sideOriginal') : t('export.sidePixels', { value: side })}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function RightsFields({ form, onChange }: FieldsProps) {
  const { t } = useLocale()
  return (
    <details className="export-rights">
      <summary>{t('export.more')}</summary>
      <div className="stack">
        {(['author', 'licence'] as const).map((name) => (
          <TextField
            key={name}
            label={t(`export.${name}`)}
            hint={t('export.optional')}
            maxLength={500}
            value={form[name]}
            onChange={(text) => onChange({ [name]: text })}
          />
        ))}
      </div>
    </details>
  )
}
