import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { broughtByteLimit } from '../contract/picture-limits.ts'
import { securityHeaders } from '../core/hosting/security-headers.ts'
import type { Studio } from '../core/studio.ts'

class BodyTooLarge extends Error {}

/** Bytes by URL: Node's request as a web Request for the studio, and the answer back as a stream. */
export async function serveMedia(
  studio: Studio,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > broughtByteLimit) return refuse(response)
  let tooLarge = false
  const limited = async function* () {
    let bytes = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      tooLarge = bytes > broughtByteLimit
      if (tooLarge) throw new BodyTooLarge()
      yield chunk
    }
  }
  const body: RequestInit =
    request.method === 'POST' ? { body: ReadableStream.from<Uint8Array>(limited()), duplex: 'half' } : {}
  let answer: Response
  try {
    const headers = { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' }
    answer = await studio.handleMedia(new Request(url, { method: request.method ?? 'GET', headers, ...body }))
  } catch (error) {
    if (tooLarge) return refuse(response)
    throw error
  }
  if (tooLarge) return refuse(response)
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...securityHeaders })
  if (answer.body === null || request.method === 'HEAD') {
    response.end()
    return
  }
  // A browser that leaves in mid-picture ends the pipeline; that is not worth a word.
  await pipeline(answer.body, response).catch(() => response.destroy())
}

function refuse(response: ServerResponse): void {
  // The rest of the body is not read: the connection closes after the answer.
  response.writeHead(413, { ...securityHeaders, connection: 'close' }).end('Too large\n')
}
