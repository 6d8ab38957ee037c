import { arch, cpus, freemem, release, totalmem } from 'node:os'
import type { AppInfo } from '../../contract/api.ts'
import type { LocalLog } from '../hosting/local-log.ts'
import type { Store } from '../open-store.ts'
import { readSettings } from '../settings/settings-store.ts'
import { heldCategories, heldSum } from './held-data.ts'

const linesShown = 200
const gigabyte = 1024 ** 3

/**
 * Everything that a report says, as it would be copied: machine, versions, counts, settings that concern the machine,
 * and the log (see [Note: Local log]). No prompt, no name, no path; somebody reads it before it goes anywhere.
 */
export function diagnosticReport(
  info: Pick<AppInfo, 'version' | 'host' | 'runtime' | 'vault'>,
  safe: boolean,
  store: Store | undefined,
  log: LocalLog,
): string {
  const size = (bytes: number) => `${(bytes / gigabyte).toFixed(1)} GB`
  const lines = [
    `Sanggar ${info.version} (${info.host}${safe ? ', safe mode' : ''})`,
    `system: ${process.platform} ${release()} ${arch()}, Node ${process.versions.node}`,
    `processor: ${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} threads, ${info.runtime.threads} used`,
    `memory: ${size(totalmem())}, free ${size(freemem())}, this process ${size(process.memoryUsage().rss)}`,
    `ONNX Runtime: ${info.runtime.onnxRuntime || 'not started'}, providers: ${info.runtime.providers.join(' ')}`,
    `vault: ${info.vault.state}, kept in ${info.vault.keptIn}`,
  ]
  if (store !== undefined) {
    const { executionProvider, threads, memoryCeiling, precision } = readSettings(store.database)
    lines.push(
      `settings: provider ${executionProvider}, threads ${threads}, ceiling ${memoryCeiling} GB, precision ${precision}`,
      `held: ${heldCategories.map((category) => `${category} ${heldSum(store.database, category).count}`).join(', ')}`,
      `jobs: ${countsOf(store, 'SELECT state AS name, count(*) AS count FROM jobs GROUP BY state')}`,
      `failures: ${countsOf(
        store,
        `SELECT failure ->> 'code' AS name, count(*) AS count FROM jobs WHERE failure IS NOT NULL GROUP BY 1`,
      )}`,
    )
  }
  return [...lines, '', `log, the last ${linesShown} lines:`, ...log.tail(linesShown)].join('\n')
}

function countsOf(store: Store, sql: string): string {
  const rows = store.database.prepare(sql).all() as { name: string; count: number }[]
  return rows.map(({ name, count }) => `${name} ${count}`).join(', ') || 'none'
}
