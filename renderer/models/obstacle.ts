import { obstacles } from '../../contract/model'
import { useLocale } from '../locales/context'

/** Why a model does not run and what to do. A code without a text is shown as it is. */
export function useObstacle(): (code: string) => string {
  const { t } = useLocale()
  return (code) => {
    const name = obstacles.find((one) => one === code)
    return name ? t(`passport.${name}`) : t('passport.other', { code })
  }
}
