import type { Session } from 'electron'

/** Electron fetches dictionaries from a CDN at the first focus of a text field; four switches, all needed. */
export function lockSpelling(
  session: Pick<
    Session,
    'setSpellCheckerEnabled' | 'setSpellCheckerLanguages' | 'setSpellCheckerDictionaryDownloadURL'
  >,
  platform: NodeJS.Platform = process.platform,
): void {
  session.setSpellCheckerEnabled(false)
  // macOS has its own, local spell checker, and Electron throws there.
  if (platform === 'darwin') return
  session.setSpellCheckerLanguages([])
  session.setSpellCheckerDictionaryDownloadURL('sanggar://none/')
}
