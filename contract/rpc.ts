import { z } from 'zod'
import {
  type EventName,
  type EventValue,
  type Handlers,
  type RequestInput,
  type RequestName,
  type RequestOutput,
  events,
  requests,
} from './api.ts'
import { type Failure, failureOf, failureSchema } from './errors.ts'

/**
 * Requests and events over any two functions. The transport moves JSON values; both ends check what arrives.
 * A call never rejects: it resolves with `{ ok: true, value }` or `{ ok: false, failure }`.
 */
export type Message =
  | { type: 'call'; id: number; name: string; input: unknown }
  | { type: 'answer'; id: number; ok: true; value: unknown }
  | { type: 'answer'; id: number; ok: false; failure: unknown }
  | { type: 'event'; name: string; value: unknown }

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; failure: Failure }

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call'), id: z.number().int(), name: z.string().max(100), input: z.unknown() }),
  z.object({
    type: z.literal('answer'),
    id: z.number().int(),
    ok: z.boolean(),
    value: z.unknown().optional(),
    failure: z.unknown().optional(),
  }),
  z.object({ type: z.literal('event'), name: z.string(), value: z.unknown() }),
])

export type Client = {
  call<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Outcome<RequestOutput<Name>>>
  /** Returns the function that ends the subscription. */
  on<Name extends EventName>(name: Name, listener: (value: EventValue<Name>) => void): () => void
  /** Feed what the transport received. */
  receive(message: unknown): void
  /** The transport closed: whatever waits resolves with `disconnected`, so that nothing hangs. */
  close(): void
}

export function createClient(send: (message: Message) => void): Client {
  const waiting = new Map<number, (outcome: Outcome<never>) => void>()
  const listeners = new Map<string, Set<(value: never) => void>>()
  let lastId = 0
  let open = true

  return {
    call(name, input) {
      if (!open) return Promise.resolve({ ok: false, failure: { code: 'disconnected' } })
      const id = ++lastId
      return new Promise((resolve) => {
        waiting.set(id, resolve)
        try {
          send({ type: 'call', id, name, input })
        } catch {
          waiting.delete(id)
          resolve({ ok: false, failure: { code: 'disconnected' } })
        }
      })
    },
    on(name, listener) {
      const ofName = listeners.get(name) ?? new Set()
      listeners.set(name, ofName.add(listener))
      return () => ofName.delete(listener)
    },
    receive(raw) {
      const parsed = messageSchema.safeParse(raw)
      if (!parsed.success) return
      const message = parsed.data
      if (message.type === 'answer') {
        const resolve = waiting.get(message.id)
        waiting.delete(message.id)
        resolve?.(readAnswer(message))
      } else if (message.type === 'event' && Object.hasOwn(events, message.name)) {
        const value = events[message.name as EventName].safeParse(message.value)
        if (value.success)
          for (const listener of listeners.get(message.name) ?? []) listener(value.data as never)
      }
    },
    close() {
      open = false
      for (const resolve of waiting.values()) resolve({ ok: false, failure: { code: 'disconnected' } })
      waiting.clear()
    },
  }
}

function readAnswer(message: { ok: boolean; value?: unknown; failure?: unknown }): Outcome<never> {
  if (message.ok) return { ok: true, value: message.value as never }
  const failure = failureSchema.safeParse(message.failure)
  return {
    ok: false,
    failure: failure.success ? failure.data : { code: 'internal', detail: 'unreadable answer' },
  }
}

/** One call from outside: parsed, handled, answered. Never throws. */
export async function dispatch(handlers: Handlers, name: string, input: unknown): Promise<Outcome<unknown>> {
  if (!Object.hasOwn(requests, name)) {
    return { ok: false, failure: { code: 'not-found', what: 'request', id: name } }
  }
  const parsed = requests[name as RequestName].input.safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    return {
      ok: false,
      failure: {
        code: 'invalid-request',
        path: issue?.path.join('.') ?? '',
        problem: issue?.message ?? 'unreadable',
      },
    }
  }
  try {
    const handler = handlers[name as RequestName] as (value: unknown) => unknown
    return { ok: true, value: await handler(parsed.data) }
  } catch (error) {
    return { ok: false, failure: failureOf(error) }
  }
}

/** Answers one message of a client; anything but a call is ignored. */
export async function answer(
  handlers: Handlers,
  raw: unknown,
  send: (message: Message) => void,
): Promise<void> {
  const parsed = messageSchema.safeParse(raw)
  if (!parsed.success || parsed.data.type !== 'call') return
  const { id, name, input } = parsed.data
  const outcome = await dispatch(handlers, name, input)
  send(
    outcome.ok
      ? { type: 'answer', id, ok: true, value: outcome.value }
      : { type: 'answer', id, ok: false, failure: outcome.failure },
  )
}
