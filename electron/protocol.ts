import type { CustomScheme } from 'electron'
import { type RendererFile, pageWithToken } from '../core/hosting/renderer-files.ts'
import { securityHeaders } from '../core/hosting/security-headers.ts'
import type { Studio } from '../core/studio.ts'

export const appOrigin = 'sanggar://app'

/** Before the app is ready. No bypassCSP, no service workers: the page gets what a web page gets. */
export const scheme: CustomScheme = {
  scheme: 'sanggar',
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
}

/** The same URLs as the web host's, over sanggar:// instead of loopback HTTP. */
export function createProtocolHandler(files: ReadonlyMap<string, RendererFile>, studio: Studio) {
  return async (request: Request): Promise<Response> => {
    const url = URL.parse(request.url)
    if (url === null || url.protocol !== 'sanggar:' || url.host !== 'app') return withHeaders(notFound())
    if (/^\/(media|export)\//.test(url.pathname)) return withHeaders(await studio.handleMedia(request))
    const file = request.method === 'GET' ? files.get(url.pathname) : undefined
    if (file === undefined) return withHeaders(notFound())
    const { type, bytes } = url.pathname === '/' ? pageWithToken(file, '') : file
    return withHeaders(new Response(bytes, { headers: { 'content-type': type } }))
  }
}

const notFound = () => new Response('Not found\n', { status: 404, headers: { 'content-type': 'text/plain' } })

function withHeaders(response: Response): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value)
  return new Response(response.body, { status: response.status, headers })
}
