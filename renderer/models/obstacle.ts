import { useLocale } from '../locales/context'

const known = [
  'pickle-refused',
  'parts-missing',
  'folder-incomplete',
  'family-unsupported',
  'video-unsupported',
  'variant-unsupported',
  'quantised-unsupported',
  'gguf-unsupported',
  'ncnn-unsupported',
  'openvino-unsupported',
  'torchscript-unsupported',
  'adapter-kind-unsupported',
  'controlnet-unsupported',
  'ip-adapter-unsupported',
  'part-only',
  'unrecognised',
  'missing',
] as const

/** Why a model does not run and what to do. A code without a text is shown as it is. */
export function useObstacle(): (code: string) => string {
  const { t } = useLocale()
  return (code) => {
    const name = known.find((one) => one === code)
    return name ? t(`passport.${name}`) : t('passport.other', { code })
  }
}
