import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Who may speak to the studio. A link carries a single-use token; the first browser that follows it gets a
 * session: a cookie that scripts cannot read, and a second token that only our page carries and repeats on the
 * socket and on every POST.
 */
export type Session = { cookie: string; pageToken: string }

export type Sessions = {
  /** A token for one new link. Links that nobody followed stay valid; there are at most 16. */
  newLink(): string
  /** The session for a link's token, once. */
  redeem(token: string): Session | undefined
  find(cookieHeader: string | undefined): Session | undefined
}

const cookieName = 'sanggar-session'
const maximumLinks = 16
const maximumSessions = 64
const secret = () => randomBytes(32).toString('base64url')
const digest = (text: string) => createHash('sha256').update(text).digest()

/** Compared in constant time, whatever the lengths. */
export function sameSecret(first: string, second: string): boolean {
  return timingSafeEqual(digest(first), digest(second))
}

export function createSessions(): Sessions {
  const links: string[] = []
  const sessions: Session[] = []
  return {
    newLink() {
      const token = secret()
      links.push(token)
      if (links.length > maximumLinks) links.shift()
      return token
    },
    redeem(token) {
      const index = links.findIndex((link) => sameSecret(link, token))
      if (index === -1) return undefined
      links.splice(index, 1)
      const session = { cookie: secret(), pageToken: secret() }
      sessions.push(session)
      if (sessions.length > maximumSessions) sessions.shift()
      return session
    },
    find(cookieHeader) {
      const value = readCookie(cookieHeader ?? '')
      return value === undefined ? undefined : sessions.find((session) => sameSecret(session.cookie, value))
    },
  }
}

export function setCookie(session: Session): string {
  return `${cookieName}=${session.cookie}; Path=/; HttpOnly; SameSite=Strict`
}

function readCookie(header: string): string | undefined {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === cookieName) return value
  }
  return undefined
}
