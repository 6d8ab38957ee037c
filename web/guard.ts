import type { IncomingHttpHeaders } from 'node:http'
import type { Site } from './site.ts'

/** What a request shows of where it comes from. */
export type Arrival = { method: string; path: string; headers: IncomingHttpHeaders }

/** Why a request is turned away: the HTTP status, and a word for the test and the log. */
export type Refusal = { status: 400 | 401 | 403 | 405 | 421; reason: string }

/**
 * Judges a request before anything reads it. [Note: Where requests come from] A name that an attacker's DNS
 * points at 127.0.0.1 shows in Host; a foreign page's request shows in Origin (always sent with POST and with
 * WebSocket upgrades) and in Sec-Fetch-Site (sent with GET; Chromium sends it on no upgrade, and no Origin on a
 * same-origin GET). Both headers are out of a page's reach. Sec-Fetch-Site 'none' is a person's own navigation.
 */
export function refusalOf({ method, path, headers }: Arrival, site: Site): Refusal | null {
  if (headers.host !== site.host) return { status: 421, reason: 'host' }
  if (method === 'POST') return refuseForeignOrigin(headers, site)
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'method' }
  if (headers.origin !== undefined && headers.origin !== site.origin) return { status: 403, reason: 'origin' }
  const from = headers['sec-fetch-site']
  const navigation = path === '/' && headers['sec-fetch-mode'] === 'navigate'
  if (from === 'same-origin' || (from === 'none' && navigation)) return null
  return { status: 403, reason: 'sec-fetch-site' }
}

export function refusalOfUpgrade({ method, path, headers }: Arrival, site: Site): Refusal | null {
  if (headers.host !== site.host) return { status: 421, reason: 'host' }
  if (method !== 'GET' || path !== '/rpc') return { status: 400, reason: 'path' }
  return refuseForeignOrigin(headers, site)
}

function refuseForeignOrigin(headers: IncomingHttpHeaders, site: Site): Refusal | null {
  return headers.origin === site.origin ? null : { status: 403, reason: 'origin' }
}
