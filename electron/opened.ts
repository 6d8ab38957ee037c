import type { App, Event } from 'electron'
import { type OpenedFiles, filesAmong } from '../core/hosting/opened-files.ts'

/**
 * Files that are opened with Sanggar: macOS says so by an event, also before the app is ready; elsewhere they stand in
 * the command line, of this program or of a second one that found this one running.
 */
export function listenForFiles(
  app: Pick<App, 'on'>,
  opened: Pick<OpenedFiles, 'open'>,
  { argv, cwd }: { argv: readonly string[]; cwd: string },
): void {
  opened.open(filesAmong(argv.slice(1), cwd))
  app.on('open-file', (event: Pick<Event, 'preventDefault'>, file: string) => {
    event.preventDefault()
    opened.open([file])
  })
  app.on('second-instance', (_event: unknown, typed: string[], workingDirectory: string) => {
    opened.open(filesAmong(typed.slice(1), workingDirectory))
  })
}
