import type { z } from 'zod'
import type { RequestInput } from '../../contract/api'
import type { Api } from '../api'
import { type Store, createStore } from './store'

type Json = RequestInput<'drafts.set'>['value']
export type Draft<Value> = Store<Value> & {
  /** Asks the core once; what was typed meanwhile is kept. */
  load(): Promise<void>
  /** Writes at once what waits to be written. */
  flush(): void
  /** From now on nothing is written; the draft begins empty. */
  hold(): void
  /** What was there before `hold` is back, and is written again. */
  release(): void
  /** Empty again, and nothing of it is written. */
  forget(): void
}

const settleTime = 300

/** A form's content that survives a restart: every change is written a moment later. */
export function createDraft<Schema extends z.ZodType>(
  api: Pick<Api, 'call'>,
  key: string,
  schema: Schema,
): Draft<z.output<Schema>> {
  const store = createStore(schema.parse({}))
  let timer: ReturnType<typeof setTimeout> | undefined
  let touched = false
  let held: { before: z.output<Schema> } | null = null

  const write = () => {
    timer = undefined
    void api.call('drafts.set', { key, value: store.get() as Json })
  }
  const schedule = () => {
    if (held) return
    touched = true
    clearTimeout(timer)
    timer = setTimeout(write, settleTime)
  }

  return {
    ...store,
    set(next) {
      store.set(next)
      schedule()
    },
    change(update) {
      store.change(update)
      schedule()
    },
    async load() {
      const answer = await api.call('drafts.get', { key })
      if (!answer.ok || touched || held) return
      const parsed = schema.safeParse(answer.value.value ?? {})
      if (parsed.success) store.set(parsed.data)
    },
    flush() {
      if (timer === undefined) return
      clearTimeout(timer)
      write()
    },
    hold() {
      if (held) return
      if (timer !== undefined) {
        clearTimeout(timer)
        write()
      }
      held = { before: store.get() }
      store.set(schema.parse({}))
    },
    release() {
      if (!held) return
      store.set(held.before)
      held = null
    },
    forget() {
      held = null
      clearTimeout(timer)
      timer = undefined
      touched = false
      store.set(schema.parse({}))
    },
  }
}
