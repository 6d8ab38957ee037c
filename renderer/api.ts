import type { EventName, EventValue, RequestInput, RequestName, RequestOutput } from '../contract/api'
import { type Failure, failureSchema, fileTooLarge } from '../contract/errors'
import { broughtByteLimit } from '../contract/picture-limits'
import { type Client, type Message, type Outcome, createClient } from '../contract/rpc'
import { covers } from './state/covers'
import { type Store, createStore } from './state/store'

/** What Electron's preload lends. Where it is absent the same messages travel over a WebSocket. */
type Bridge = {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** where a dropped file lies */
  pathOf(file: File): string
}

declare global {
  interface Window {
    sanggar?: Bridge
  }
}

/** 'refused': the host does not know this page any more, so that trying again is of no use. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused'

export type Api = {
  call<Name extends RequestName>(name: Name, input: RequestInput<Name>): Promise<Outcome<RequestOutput<Name>>>
  on<Name extends EventName>(name: Name, listener: (value: EventValue<Name>) => void): () => void
  /** 'picture' is kept as an input of the library, 'mask' as a mask, 'import' stands in the gallery. With `incognito` it
   * stays in memory. */
  upload(kind: UploadKind, body: Blob, name: string, incognito?: boolean): Promise<Outcome<Uploaded>>
  /** Where a dropped file lies; "" where the host cannot know. */
  pathOf(file: File): string
  connection: Store<Connection>
}

export type UploadKind = 'picture' | 'mask' | 'import'
/** `told`: the file says how the picture was made; `duplicate`: it was imported before, and the rest is missing */
export type Uploaded = { id: string; width: number; height: number; told?: boolean; duplicate?: boolean }

const firstWait = 10_000
/** the web host's close code for a page without a session */
const unauthorised = 4401

/** `token` proves to the web host that this page came from it; Electron ignores it. */
export function createApi(token: string, bridge: Bridge | undefined = window.sanggar): Api {
  const connection = createStore<Connection>('connecting')
  const listeners = new Map<EventName, Set<(value: never) => void>>()
  let client: Client | null = null

  /** A new client per connection: what waited on the old one has been told so. */
  function open(send: (message: Message) => void): Client {
    const opened = createClient(send)
    for (const name of listeners.keys()) forward(opened, name)
    client = opened
    return opened
  }

  function forward(to: Client, name: EventName) {
    to.on(name, (value) => {
      for (const listener of listeners.get(name) ?? []) listener(value as never)
    })
  }

  if (bridge) {
    const opened = open((message) => bridge.send(message))
    bridge.onMessage((message) => opened.receive(message))
    connection.set('open')
  } else {
    connect(token, connection, open)
  }

  return {
    connection,
    async call(name, input) {
      if (connection.get() === 'connecting') await settled(connection)
      if (connection.get() !== 'open' || client === null)
        return { ok: false, failure: { code: 'disconnected' } }
      return client.call(name, input)
    },
    on(name, listener) {
      const ofName = listeners.get(name)
      if (ofName) {
        ofName.add(listener)
      } else {
        listeners.set(name, new Set([listener as (value: never) => void]))
        if (client) forward(client, name)
      }
      return () => listeners.get(name)?.delete(listener)
    },
    pathOf: (file) => bridge?.pathOf(file) ?? '',
    upload: (kind, body, name, incognito = false) => upload(token, { kind, body, name, incognito }),
  }
}

function connect(
  token: string,
  connection: Store<Connection>,
  open: (send: (message: Message) => void) => Client,
) {
  let attempts = 0
  const attempt = () => {
    const address = new URL('rpc', document.baseURI)
    address.protocol = address.protocol.replace('http', 'ws')
    const socket = new WebSocket(address)
    let client: Client | null = null
    socket.addEventListener('open', () => {
      attempts = 0
      socket.send(JSON.stringify({ type: 'hello', token }))
      client = open((message) => socket.send(JSON.stringify(message)))
      connection.set('open')
    })
    socket.addEventListener('message', (event) => {
      if (typeof event.data === 'string') client?.receive(JSON.parse(event.data))
    })
    socket.addEventListener('close', (event) => {
      client?.close()
      connection.set(event.code === unauthorised ? 'refused' : 'lost')
      if (event.code === unauthorised) return
      attempts += 1
      setTimeout(attempt, Math.min(250 * 2 ** attempts, 8000))
    })
  }
  attempt()
}

function settled(connection: Store<Connection>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, firstWait)
    const stop = connection.subscribe(done)
    function done() {
      clearTimeout(timer)
      stop()
      resolve()
    }
  })
}

type Upload = { kind: UploadKind; body: Blob; name: string; incognito: boolean }

async function upload(token: string, { kind, body, name, incognito }: Upload): Promise<Outcome<Uploaded>> {
  if (body.size > broughtByteLimit) {
    return { ok: false, failure: fileTooLarge(name, body.size, broughtByteLimit) }
  }
  const place = { picture: 'input', mask: 'mask', import: 'import' }[kind]
  const target = `media/${place}?name=${encodeURIComponent(name)}${incognito ? '&incognito=1' : ''}`
  try {
    const response = await fetch(target, { method: 'POST', headers: { 'x-sanggar-token': token }, body })
    const answer: unknown = await response.json()
    if (response.ok) return { ok: true, value: answer as Uploaded }
    const failure = failureSchema.safeParse(answer)
    return { ok: false, failure: failure.success ? failure.data : unexpected(response.status) }
  } catch {
    return { ok: false, failure: { code: 'disconnected' } }
  }
}

const unexpected = (status: number): Failure => ({ code: 'internal', detail: `HTTP ${status}` })

/** A picture that was covered or shown since this page is open has another address than before. */
function imageAddress(id: string, query: string, place = `media/image/${encodeURIComponent(id)}`): string {
  const told = covers.get().get(id)
  const parameters = [query, told === undefined ? '' : `shown=${told === 'shown' ? 1 : 0}`].filter(Boolean)
  const asked = parameters.length === 0 ? '' : `?${parameters.join('&')}`
  return `${place}${asked}`
}

/** Bytes by URL: the same relative addresses in every host. */
export const media = {
  image: (id: string) => imageAddress(id, ''),
  /** made with the picture: there at once, whatever the picture's size */
  small: (id: string) => imageAddress(id, 'w=320'),
  thumbnail: (id: string, width: number) => imageAddress(id, `w=${width}`),
  /** the stored picture even while it is covered: for copies and what is dragged out */
  original: (id: string) => `media/image/${encodeURIComponent(id)}?shown=1`,
  /** a part of a picture as it was and restored; it is covered as the picture is */
  restorePreview: (id: string, image: string) => {
    const place = `media/preview/${encodeURIComponent(id)}`
    return { before: imageAddress(image, 'before=1', place), after: imageAddress(image, '', place) }
  },
  preview: (job: string, number: number) => `media/preview/${encodeURIComponent(job)}?n=${number}`,
}
