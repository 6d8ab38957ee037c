import { readdirSync, realpathSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

type Surroundings = { env: NodeJS.ProcessEnv; home: string }

const here = (): Surroundings => ({ env: process.env, home: os.homedir() })

/** Names that the services give their folders, in any place of a path. */
const folderNames: [RegExp, string][] = [
  [/^onedrive( - .+)?$/i, 'OneDrive'],
  [/^dropbox( \(.+\))?$/i, 'Dropbox'],
  [/^(google ?drive|my drive)$/i, 'Google Drive'],
  [/^(icloud ?drive|com~apple~clouddocs|mobile documents)$/i, 'iCloud Drive'],
  [/^nextcloud\d*$/i, 'Nextcloud'],
  [/^owncloud\d*$/i, 'ownCloud'],
  [/^box sync$/i, 'Box'],
  [/^mega(sync)?$/i, 'MEGA'],
  [/^pcloud ?drive$/i, 'pCloud'],
  [/^proton ?drive$/i, 'Proton Drive'],
  [/^yandex\.disk$/i, 'Yandex Disk'],
  [/^seafile$/i, 'Seafile'],
]

/** Files that a service puts into the top folder that it keeps in step. */
const markers: [RegExp, string][] = [
  [/^\.dropbox\.cache$/, 'Dropbox'],
  [/^\.stfolder$/, 'Syncthing'],
  [/^\._?sync_[0-9a-f]+\.db$/, 'Nextcloud'],
]

/**
 * The service that copies `folder` to other machines, as far as can be seen: by the folder's name, by where macOS
 * keeps such folders (~/Library/CloudStorage, File Provider), by what OneDrive sets in Windows' environment, by
 * markers. Undefined says only that none of these was found.
 */
export function syncedBy(folder: string, { env, home }: Surroundings = here()): string | undefined {
  const real = realPath(folder)
  const within = (parent: string) => {
    const relative = path.relative(parent, real)
    return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative))
  }
  const cloudStorage = path.join(home, 'Library', 'CloudStorage')
  if (within(cloudStorage)) {
    const [name = ''] = path.relative(cloudStorage, real).split(path.sep)
    return name === '' ? 'CloudStorage' : (name.split('-')[0] ?? name)
  }
  for (const variable of ['OneDrive', 'OneDriveCommercial', 'OneDriveConsumer']) {
    const place = env[variable]
    if (place !== undefined && place !== '' && within(place)) return 'OneDrive'
  }
  for (const name of real.split(path.sep)) {
    const found = folderNames.find(([pattern]) => pattern.test(name))
    if (found !== undefined) return found[1]
  }
  for (let at = real; ; at = path.dirname(at)) {
    const names = namesIn(at)
    const found = markers.find(([pattern]) => names.some((name) => pattern.test(name)))
    if (found !== undefined) return found[1]
    if (at === path.dirname(at)) return undefined
  }
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return path.resolve(folder) // not there yet
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // a folder above that this account may not read
  }
}
