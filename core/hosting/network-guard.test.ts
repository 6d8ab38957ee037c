import dgram from 'node:dgram'
import dns, { lookup } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NetworkAttempt } from '../../contract/privacy.ts'
import { type NetworkGuard, guardNetwork, onBlockedAttempt } from './network-guard.ts'

let attempts: NetworkAttempt[]
let guard: NetworkGuard
let unsubscribe: () => void

beforeEach(() => {
  attempts = []
  unsubscribe = onBlockedAttempt((attempt) => attempts.push(attempt))
  guard = guardNetwork()
})
afterEach(() => {
  guard.release()
  unsubscribe()
})

const forbidden = /network-forbidden/

// 192.0.2.0/24 is TEST-NET-1 (RFC 5737): nothing answers there even where there is a network.
test.each([
  ['net.connect', () => net.connect(80, '192.0.2.1')],
  ['net.createConnection', () => net.createConnection({ host: 'example.org', port: 80 })],
  ['new Socket().connect', () => new net.Socket().connect(443, '192.0.2.1')],
  ['tls.connect', () => tls.connect(443, '192.0.2.1')],
  ['http.get', () => http.get('http://192.0.2.1/')],
  ['https.get', () => https.get('https://192.0.2.1/')],
  ['loopback that is not listed', () => net.connect(9, '127.0.0.1')],
  ['dns.lookup', () => dns.lookup('example.org', () => undefined)],
  ['dns.lookup, imported by name', () => lookup('example.org', () => undefined)],
  ['dns.resolve4', () => dns.resolve4('example.org', () => undefined)],
  ['dgram.send', () => dgram.createSocket('udp4').send('x', 53, '192.0.2.1')],
])('%s throws and is reported', (_name, act) => {
  expect(act).toThrow(forbidden)
  expect(attempts).toHaveLength(1)
})

test('fetch and dns.promises reject and are reported, without path or query', async () => {
  await expect(fetch('https://example.org/secret?prompt=cat')).rejects.toThrow(forbidden)
  await expect(dns.promises.lookup('example.org')).rejects.toThrow(forbidden)
  expect(attempts.map((attempt) => attempt.address)).toEqual(['example.org', 'example.org'])
})

test('a loopback server listens, and a listed port can be reached', async () => {
  const server = http.createServer((_request, response) => response.end('here'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  guard.release()
  guard = guardNetwork([port])
  const status = await new Promise((resolve, reject) => {
    http
      .get(`http://127.0.0.1:${port}/`, (response) => resolve(response.resume().statusCode))
      .on('error', reject)
  })
  expect(status).toBe(200)
  expect(attempts).toEqual([])
  await new Promise((resolve) => server.close(resolve))
})
