import { execFile } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import path from 'node:path'

/**
 * Empty files that tell a platform's search to leave a folder alone. Nothing in the vault can be read by an index, but
 * names and dates can. macOS: Spotlight honours `.metadata_never_index` (in use since 10.5, not documented by Apple).
 * Linux: GNOME's LocalSearch skips folders with `.nomedia` (its documentation, "Indexed data"). Windows has an
 * attribute instead.
 */
export const indexMarkers: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: '.metadata_never_index',
  linux: '.nomedia',
}

type Run = (program: string, parameters: string[]) => void

const runQuietly: Run = (program, parameters) => {
  execFile(program, parameters, { windowsHide: true }, () => undefined)
}

/**
 * Out of search indexes, and on macOS out of Time Machine: its snapshots would keep what was deleted here (`tmutil
 * addexclusion` marks the folder itself and needs no rights; Sanggar's own encrypted backup is the copy to keep).
 * Best effort: a platform without a marker, or one that refuses it, costs nothing but names.
 */
export function keepUnindexed(
  dataDirectory: string,
  platform: NodeJS.Platform = process.platform,
  run: Run = runQuietly,
): void {
  const marker = indexMarkers[platform]
  try {
    if (marker !== undefined) closeSync(openSync(path.join(dataDirectory, marker), 'a', 0o600))
  } catch {
    return
  }
  if (platform === 'win32') {
    // +I: not content indexed; what is made in the folder later inherits it (Microsoft, "attrib").
    const attrib = path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'attrib.exe')
    run(attrib, ['+I', dataDirectory])
  }
  if (platform === 'darwin') run('/usr/bin/tmutil', ['addexclusion', dataDirectory])
}
