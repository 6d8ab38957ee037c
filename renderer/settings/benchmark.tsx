import { Gauge } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { WorkResult } from '../../contract/work'
import { Button } from '../components/button'
import { useCurrentModel } from '../create/current-model'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** Makes one small picture that is not kept and says what it took: the settings above can be compared with it. */
export function Benchmark() {
  const { api, toasts } = useStudio()
  const { t, duration, bytes } = useLocale()
  const model = useCurrentModel()
  const [running, setRunning] = useState<string | null>(null)
  const [results, setResults] = useState<readonly NonNullable<WorkResult['test']>[]>([])

  useEffect(
    () =>
      api.on('work.changed', (work) => {
        if (work.id !== running || work.state === 'running') return
        setRunning(null)
        const test = work.result?.test
        if (test) setResults((before) => [...before, test])
      }),
    [api, running],
  )

  if (!model || model.state !== 'ready') return null
  const measure = async () => {
    const answer = await api.call('models.test', { id: model.id })
    if (answer.ok) setRunning(answer.value.id)
    else toasts.fail(answer.failure)
  }
  return (
    <div className="field">
      <div className="row wrap">
        <Button
          icon={Gauge}
          label={t(running === null ? 'settings.benchmark' : 'settings.benchmarkRunning')}
          disabled={running !== null}
          onClick={() => void measure()}
        />
        <span className="field-hint grow">{t('settings.benchmarkHint', { model: model.name })}</span>
      </div>
      <ol className="benchmarks" aria-live="polite">
        {results.map((result, index) => (
          <li key={index}>
            {t('settings.benchmarkResult', {
              width: result.width,
              height: result.height,
              time: duration(result.milliseconds),
              memory: bytes(result.peakMemory),
              provider: result.executionProvider.toUpperCase(),
            })}
          </li>
        ))}
      </ol>
    </div>
  )
}
