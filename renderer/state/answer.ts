import { useCallback, useEffect, useState } from 'react'
import type { RequestInput, RequestName, RequestOutput } from '../../contract/api'
import type { Failure } from '../../contract/errors'
import { useStudio } from './studio'

export type Answer<Value> =
  | { state: 'loading'; value?: Value }
  | { state: 'ready'; value: Value }
  | { state: 'failed'; failure: Failure; value?: Value }

/**
 * Asks the core and asks again when the input or `version` changes; the last value stays visible meanwhile.
 * An undefined input asks nothing.
 */
export function useAnswer<Name extends RequestName>(
  name: Name,
  input: RequestInput<Name> | undefined,
  version = 0,
): Answer<RequestOutput<Name>> & { again: () => void } {
  const { api } = useStudio()
  const [answer, setAnswer] = useState<Answer<RequestOutput<Name>>>({ state: 'loading' })
  const [asked, setAsked] = useState(0)
  const question = input === undefined ? undefined : JSON.stringify({ input, version, asked })

  useEffect(() => {
    if (question === undefined) return undefined
    let current = true
    const asking = JSON.parse(question) as { input: RequestInput<Name> }
    void api.call(name, asking.input).then((outcome) => {
      if (!current) return
      setAnswer((before) =>
        outcome.ok
          ? { state: 'ready', value: outcome.value }
          : {
              state: 'failed',
              failure: outcome.failure,
              ...(before.value !== undefined && { value: before.value }),
            },
      )
    })
    return () => {
      current = false
    }
  }, [api, name, question])

  const again = useCallback(() => setAsked((count) => count + 1), [])
  return { ...(question === undefined ? { state: 'loading' } : answer), again }
}
