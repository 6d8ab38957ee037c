import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import type { NetworkAttempt } from '../../contract/privacy.ts'
import { SanggarError } from '../../contract/sanggar-error.ts'

/**
 * [Note: Network guard] Nothing in Sanggar makes a network connection, and no dependency is meant to. This makes
 * it so: every way out that Node offers throws, except to the loopback ports that were listed. Native code can
 * go round it; e2e/privacy.spec.ts therefore watches the system calls.
 */
export type NetworkGuard = {
  /** Takes the guard off again; for tests. */
  release(): void
}

const listeners = new Set<(attempt: NetworkAttempt) => void>()

/** News of every attempt that a guard stopped, whichever host's it was. Returns the function that unsubscribes. */
export function onBlockedAttempt(listener: (attempt: NetworkAttempt) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** For guards that live elsewhere: Electron's webRequest, the web host's Content-Security-Policy. */
export function reportBlocked(address: string, origin: string): void {
  for (const listener of listeners) listener({ at: Date.now(), address, origin })
}

function refuse(address: string, origin: string): never {
  reportBlocked(address, origin)
  throw new SanggarError({ code: 'network-forbidden', address })
}

const loopbackNames = new Set(['127.0.0.1', '::1', 'localhost'])

/** What net.connect was asked for: a port and a host, or a path (a pipe or a Unix socket, which stays here). */
function destination(given: readonly unknown[]): { host: string; port: number } | 'local' {
  // net normalises its own calls into one nested array
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given
  if (typeof first === 'object' && first !== null) {
    const options = first as { path?: unknown; host?: unknown; port?: unknown }
    if (typeof options.path === 'string') return 'local'
    return { host: typeof options.host === 'string' ? options.host : 'localhost', port: Number(options.port) }
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return 'local'
  return { host: typeof second === 'string' ? second : 'localhost', port: Number(first) }
}

/** `allowed`: loopback ports that this process itself needs to reach; usually none. */
export function guardNetwork(allowed: readonly number[] = []): NetworkGuard {
  const undo: (() => void)[] = []
  const replace = <Target extends object, Key extends keyof Target>(
    target: Target,
    key: Key,
    value: Target[Key],
  ) => {
    const original = target[key]
    target[key] = value
    undo.push(() => (target[key] = original))
  }

  // Everything that net, tls, http, https and undici do ends here.
  const connect = Reflect.get(net.Socket.prototype, 'connect') as (...given: unknown[]) => net.Socket
  replace(net.Socket.prototype, 'connect', function guarded(this: net.Socket, ...given: unknown[]) {
    const to = destination(given)
    if (to !== 'local' && !(loopbackNames.has(to.host) && allowed.includes(to.port))) {
      refuse(`${to.host}:${to.port}`, 'net.connect')
    }
    return Reflect.apply(connect, this, given)
  })

  for (const key of Object.keys(dns) as (keyof typeof dns)[]) {
    if (typeof dns[key] !== 'function' || !/^(lookup|resolve|reverse)/.test(key)) continue
    // net.Server.listen('127.0.0.1') asks for the address that it was given.
    const original = dns[key] as (...given: unknown[]) => unknown
    const guarded = (...given: unknown[]) =>
      loopbackNames.has(String(given[0])) ? original(...given) : refuse(String(given[0]), `dns.${key}`)
    replace(dns as unknown as Record<string, unknown>, key, guarded)
  }
  for (const key of Object.keys(dns.promises)) {
    if (!/^(lookup|resolve|reverse)/.test(key)) continue
    const guarded = (name: unknown) =>
      Promise.resolve().then(() => refuse(String(name), `dns.promises.${key}`))
    replace(dns.promises as unknown as Record<string, unknown>, key, guarded)
  }

  replace(dgram.Socket.prototype, 'send', () => refuse('udp', 'dgram.send'))
  replace(dgram.Socket.prototype, 'connect', () => refuse('udp', 'dgram.connect'))
  replace(globalThis, 'fetch', (input: string | URL | Request) => {
    const url = URL.parse(typeof input === 'string' ? input : input instanceof URL ? input.href : input.url)
    // Addresses go into a list that people see; paths and queries could hold words of theirs.
    return Promise.resolve().then(() => refuse(url?.host ?? 'unreadable address', 'fetch'))
  })
  // better-sqlite3 asks Node for a report to learn which libc this is; the report would list this machine's network
  // addresses and look up names for them.
  replace(process.report as { excludeNetwork?: boolean }, 'excludeNetwork', true)

  // `import { lookup } from 'node:dns'` sees the guarded function as well.
  syncBuiltinESMExports()
  return {
    release() {
      for (const step of undo.reverse()) step()
      syncBuiltinESMExports()
    },
  }
}
