import type { App } from 'electron'

/** A proxy at which nothing listens (port 9, discard), also for loopback: no WPAD, no PAC, no way round. */
export const deadProxy = {
  mode: 'fixed_servers',
  proxyRules: '127.0.0.1:9',
  proxyBypassRules: '<-loopback>',
} as const

/** No DNS over HTTPS, no resolver probes, no proxy detection: for the app as a whole, once it is ready. */
export async function lockNameResolution(
  app: Pick<App, 'configureHostResolver' | 'setProxy'>,
): Promise<void> {
  app.configureHostResolver({ secureDnsMode: 'off', enableBuiltInResolver: false })
  await app.setProxy(deadProxy)
}
