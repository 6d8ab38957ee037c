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
 * A null input asks nothing.
 */
export function useAnswer<Name extends RequestName>(
  name: Name,
  input: RequestInput<Name> | undefined,
  version: unknown = 0,
): Answer<RequestOutput<Name>> & { again: () => void } {
  const { api } = useStudio()
  const [answer, setAnswer] = useState<Answer<RequestOutput<Name>>>({ state: 'loading' })
  const [asked, setAsked] = useState(0)
  const key = input === undefined ? undefined : JSON.stringify(input)

  useEffect(() => {
    if (key === undefined) {
      setAnswer({ state: 'loading' })
      return
    }
    let current = true
    void api.call(name, JSON.parse(key) as RequestInput<Name>).then((outcome) => {
      if (!current) return
      setAnswer((before) =>
        outcome.ok
          ? { state: 'ready', value: outcome.value }
          : {
              state: 'failed',
              failure: outcome.failure,
              ...('value' in before && { value: before.value as never }),
            },
      )
    })
    return () => {
      current = false
    }
  }, [api, name, key, version, asked])

  const again = useCallback(() => setAsked((count) => count + 1), [])
  return { ...answer, again }
}
