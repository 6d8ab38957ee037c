import { spawn } from 'node:child_process'

/** How each platform opens an address in the person's own browser. */
export function openCommand(url: string, platform: NodeJS.Platform = process.platform): [string, string[]] {
  if (platform === 'darwin') return ['open', [url]]
  // `start` takes its first quoted word for a window title, hence the empty one.
  if (platform === 'win32') return ['cmd', ['/c', 'start', '', url.replaceAll('&', '^&')]]
  return ['xdg-open', [url]]
}

/** Resolves with false when there is no such command or it failed; the address was printed anyway. */
export function openBrowser(url: string): Promise<boolean> {
  const [program, parameters] = openCommand(url)
  return new Promise((resolve) => {
    const child = spawn(program, parameters, { stdio: 'ignore', detached: true })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
    child.unref()
  })
}
