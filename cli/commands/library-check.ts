import { dataDirectory } from '../../core/hosting/data-directory.ts'
import { checkLibrary, type LibraryReport, repairLibrary } from '../../core/library/check-library.ts'
import { vaultKeptIn } from '../../core/vault/vault-key.ts'
import { askPassphrase } from '../ask-passphrase.ts'
import { type Command, type Terminal, dataOption, jsonOption, parse } from '../usage.ts'

const shownNames = 20

export const libraryCheck: Command = {
  name: 'library check',
  summary: 'finds missing, damaged and foreign files; changes nothing',
  usage: `sanggar library check [options]

  --quick              headers only, instead of reading every picture
  --json               the report as a JSON object
  --data DIR           another data directory

Exit code 1 when something is missing or damaged.`,
  async run(parameters, terminal) {
    const options = { ...dataOption, ...jsonOption, quick: { type: 'boolean', default: false } } as const
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    const directory = dataDirectory(values.data)
    const report = await checkLibrary(directory, await access(directory), {
      quick: values.quick,
      onProgress: progress(terminal),
    })
    terminal.status?.('')
    if (values.json) terminal.out(JSON.stringify(report))
    else print(report, terminal)
    if (!isSound(report)) process.exitCode = 1
  },
}

export const libraryRepair: Command = {
  name: 'library repair',
  summary: 'gives every picture its row again, from the files themselves',
  usage: `sanggar library repair [options]

  --forget-missing     also removes the rows of pictures whose files are gone
  --quick              headers only, instead of reading every picture
  --json               the reports before and after as a JSON object
  --data DIR           another data directory

A damaged database is kept under another name, and no file that Sanggar does not know is touched.`,
  async run(parameters, terminal) {
    const options = {
      ...dataOption,
      ...jsonOption,
      quick: { type: 'boolean', default: false },
      'forget-missing': { type: 'boolean', default: false },
    } as const
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    const directory = dataDirectory(values.data)
    const result = await repairLibrary(directory, await access(directory), {
      quick: values.quick,
      forgetMissing: values['forget-missing'],
      onProgress: progress(terminal),
    })
    terminal.status?.('')
    if (values.json) return terminal.out(JSON.stringify(result))
    terminal.out(`${result.recovered} pictures have their rows again`)
    if (result.forgotten > 0) terminal.out(`${result.forgotten} rows without pictures removed`)
    if (result.keptAs !== undefined) terminal.out(`the damaged database is kept as ${result.keptAs}`)
    print(result.after, terminal)
  },
}

async function access(directory: string): Promise<{ passphrase?: string | undefined }> {
  if ((await vaultKeptIn(directory)) !== 'passphrase') return {}
  return { passphrase: process.env['SANGGAR_PASSPHRASE'] ?? (await askPassphrase()) }
}

const progress = (terminal: Terminal) => (done: number, total: number) => {
  if (done % 100 === 0) terminal.status?.(`${done} of ${total}`)
}

export function isSound({ database, missing, damaged, unlisted }: LibraryReport): boolean {
  return database === 'sound' && missing.length + damaged.length + unlisted.length === 0
}

function print(report: LibraryReport, terminal: Terminal): void {
  terminal.out(`database: ${report.database}; ${report.pictures} sealed pictures`)
  const list = (names: string[], what: string) => {
    if (names.length === 0) return
    terminal.out(`${names.length} ${what}:`)
    for (const name of names.slice(0, shownNames)) terminal.out(`  ${name}`)
    if (names.length > shownNames)
      terminal.out(`  and ${names.length - shownNames} more (--json names them all)`)
  }
  list(report.missing, 'rows whose picture is gone')
  list(report.damaged, 'pictures that do not open')
  list(report.unlisted, 'pictures without a row (`sanggar library repair` gives them one)')
  list(report.foreign, 'files that are not ours, left where they are')
}
