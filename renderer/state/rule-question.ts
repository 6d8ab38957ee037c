import type { RequestInput, RequestName, RequestOutput } from '../../contract/api'
import type { Outcome } from '../../contract/rpc'
import type { Api } from '../api'
import { createStore } from './store'

/** A rule of the person's own wants to know something before a job is taken. */
export type RuleQuestion = { words: string; answer: (yes: boolean) => void }

export const ruleQuestion = createStore<RuleQuestion | null>(null)

function ask(words: string): Promise<boolean> {
  ruleQuestion.get()?.answer(false)
  return new Promise((resolve) => {
    ruleQuestion.set({
      words,
      answer(yes) {
        ruleQuestion.set(null)
        resolve(yes)
      },
    })
  })
}

/** Wherever a job is submitted from: 'prompt-rule' becomes a question, and a yes submits it again. */
export function askingFirst(api: Api): Api {
  const call = async <Name extends RequestName>(
    name: Name,
    input: RequestInput<Name>,
  ): Promise<Outcome<RequestOutput<Name>>> => {
    const outcome = await api.call(name, input)
    if (name !== 'jobs.submit' || outcome.ok || outcome.failure.code !== 'prompt-rule') return outcome
    if (!(await ask(outcome.failure.words))) return { ok: false, failure: { code: 'cancelled' } }
    const confirmed = { ...(input as RequestInput<'jobs.submit'>), rulesConfirmed: true }
    return api.call(name, confirmed as RequestInput<Name>)
  }
  return { ...api, call }
}
