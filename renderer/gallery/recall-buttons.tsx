import type { Image } from '../../contract/image'
import { Button } from '../components/button'
import { useRecall } from './recall'
import { recalls } from '../create/create-draft'
import { useLocale } from '../locales/context'

export function RecallButtons({ image }: { image: Image }) {
  const { t } = useLocale()
  const recall = useRecall()
  return (
    <div className="stack tight" role="group" aria-label={t('gallery.recall')}>
      <h2>{t('gallery.recall')}</h2>
      <div className="row wrap recall">
        {recalls.map((what) => (
          <Button
            key={what}
            label={t(`gallery.recall.${what}`)}
            disabled={what === 'seed' && image.seed === undefined && image.origin !== 'enhanced'}
            onClick={() => void recall(image, what)}
          />
        ))}
      </div>
      <p className="field-hint">{t('gallery.recallHint')}</p>
    </div>
  )
}
