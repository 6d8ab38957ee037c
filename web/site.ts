import { randomBytes } from 'node:crypto'

/**
 * Where the app is served. [Note: Name of the site] Cookies ignore the port: a page of another program on
 * 127.0.0.1 would be sent ours. Under a random name below .localhost (RFC 6761: always this machine) nothing
 * else has the same name, and the name itself is a secret of 80 bits. `name` 'address' is for browsers that
 * cannot resolve such names.
 */
export type Site = {
  /** as in the Host header */
  host: string
  origin: string
}

export function siteAt(port: number, name: 'random' | 'address' = 'random'): Site {
  const hostName = name === 'address' ? '127.0.0.1' : `s${randomBytes(10).toString('hex')}.localhost`
  return { host: `${hostName}:${port}`, origin: `http://${hostName}:${port}` }
}
