import os from 'node:os'
import path from 'node:path'

type Surroundings = {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  home: string
}

const here = (): Surroundings => ({ platform: process.platform, env: process.env, home: os.homedir() })

/**
 * The one folder that Sanggar writes to, absolute: `asked` (--data), else SANGGAR_DATA, else where the platform
 * keeps such things (XDG Base Directory Specification; Apple's and Microsoft's own folders).
 */
export function dataDirectory(asked?: string, { platform, env, home }: Surroundings = here()): string {
  const given = asked ?? env['SANGGAR_DATA']
  if (given !== undefined && given !== '') return path.resolve(given)
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Sanggar')
  if (platform === 'win32')
    return path.join(env['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'Sanggar')
  const xdg = env['XDG_DATA_HOME']
  // The specification: a relative XDG_DATA_HOME is invalid and must be ignored.
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.local', 'share')
  return path.join(base, 'sanggar')
}
