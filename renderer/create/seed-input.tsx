import { Dices, Lock, LockOpen, Recycle } from 'lucide-react'
import { IconButton } from '../components/button'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { seedIsGood } from './create-draft'
import { randomSeed } from './random-seed'

type SeedInputProps = {
  /** "" is a new one for every picture */
  seed: string
  onSeed: (seed: string) => void
  /** takes that of the last picture over, where it has one */
  onLast: (() => void) | undefined
}

/** The seed: random by default, kept when locked, or that of the last picture. */
export function SeedInput({ seed, onSeed, onLast }: SeedInputProps) {
  const { t } = useLocale()
  const good = seedIsGood(seed)
  return (
    <Field label={t('create.seed')} hint={good ? undefined : t('create.seedBad')}>
      {({ id, describedBy }) => (
        <div className="row seed-row">
          <input
            id={id}
            className="text-input mono"
            inputMode="numeric"
            autoComplete="off"
            placeholder={t('create.seedRandom')}
            aria-invalid={!good}
            aria-describedby={describedBy}
            value={seed}
            onChange={(event) => onSeed(event.currentTarget.value.trim())}
          />
          <IconButton
            icon={Dices}
            label={t('create.seedDice')}
            pressed={seed === ''}
            onClick={() => onSeed('')}
          />
          <IconButton
            icon={seed === '' ? LockOpen : Lock}
            label={t('create.seedLock')}
            pressed={seed !== ''}
            onClick={() => {
              if (seed === '' && onLast) onLast()
              else onSeed(seed === '' ? randomSeed() : '')
            }}
          />
          <IconButton icon={Recycle} label={t('create.seedRecycle')} disabled={!onLast} onClick={onLast} />
        </div>
      )}
    </Field>
  )
}
