import type { Work, WorkResult } from '../../contract/work'
import type { Locale } from '../locales/translate'

/** What a work that ended well has done, in one line; undefined where its own screen says it. */
export function doneText(
  { t, bytes, duration }: Pick<Locale, 't' | 'bytes' | 'duration'>,
  kind: Work['kind'],
  result: WorkResult,
): string | undefined {
  const count = result.written
  if (result.test) {
    const { milliseconds, peakMemory, width, height, executionProvider } = result.test
    const size = t('common.pixels', { width, height })
    const provider = executionProvider.toUpperCase()
    return t('models.tested', { time: duration(milliseconds), bytes: bytes(peakMemory), size, provider })
  }
  const size = bytes(result.bytes)
  const name = result.files?.[0] ?? result.place
  switch (kind) {
    case 'duplicates':
      return undefined
    case 'import':
      return t('import.done', { count })
    case 'redact':
      return t('work.redacted', { count })
    case 'restore':
      return t('work.restored', { count })
    case 'backup':
    case 'data-export':
      return t('work.saved', { name, bytes: size })
    default:
      return t('work.written', { count, bytes: size })
  }
}
