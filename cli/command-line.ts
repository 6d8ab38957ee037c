import { failureOf } from '../contract/errors.ts'
import { cutout, face, restore, upscale } from './commands/enhance.ts'
import { privacyAudit } from './commands/audit.ts'
import { edit, generate } from './commands/generate.ts'
import { jobsList, jobsResume } from './commands/jobs.ts'
import { libraryCheck, libraryRepair } from './commands/library-check.ts'
import { libraryDelete, libraryDeleteAll, libraryExport, libraryList } from './commands/library.ts'
import { modelsAdd, modelsInspect, modelsList, modelsRemove } from './commands/models.ts'
import { cachesErase, cachesList, modelsExport, modelsOverride } from './commands/prepare-models.ts'
import { privacyReport } from './commands/privacy.ts'
import { serve } from './commands/serve.ts'
import { failureLine } from './failure-messages.ts'
import { type Command, CommandFailure, type Terminal, UsageError } from './usage.ts'

export const commands: readonly Command[] = [
  generate,
  edit,
  upscale,
  restore,
  face,
  cutout,
  jobsList,
  jobsResume,
  modelsList,
  modelsInspect,
  modelsAdd,
  modelsRemove,
  modelsOverride,
  modelsExport,
  cachesList,
  cachesErase,
  libraryList,
  libraryExport,
  libraryCheck,
  libraryRepair,
  libraryDelete,
  libraryDeleteAll,
  privacyReport,
  privacyAudit,
  serve,
]

const overview = () =>
  [
    'Sanggar makes and edits pictures on your own machine. Nothing leaves it.',
    '',
    ...commands.map(({ name, summary }) => `  sanggar ${name.padEnd(20)}${summary}`),
    '',
    'sanggar COMMAND --help says more. With --safe any of them draws on the CPU alone, without adapters.',
  ].join('\n')

/** Failures that say that the command line was wrong, rather than the world. */
const usageCodes = new Set(['invalid-request', 'confirmation-required'])

/** Runs one command line and returns the exit code: 0, 1 for a failure, 2 for bad usage, 130 after Ctrl-C. */
export async function runCommandLine(parameters: string[], terminal: Terminal): Promise<number> {
  const command = commands.find(({ name }) =>
    name.split(' ').every((word, index) => parameters[index] === word),
  )
  if (command === undefined) return withoutCommand(parameters, terminal)
  const rest = parameters.slice(command.name.split(' ').length)
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(`${command.summary}\n\n${command.usage}`)
    return 0
  }
  try {
    await command.run(rest, terminal)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.error(`bad-usage: ${error.message}`)
      terminal.error(`see: sanggar ${command.name} --help`)
      return 2
    }
    const failure = error instanceof CommandFailure ? error.failure : failureOf(error)
    terminal.error(failureLine(failure))
    if (failure.code === 'cancelled' && terminal.signal.aborted) return 130
    return usageCodes.has(failure.code) ? 2 : 1
  }
}

function withoutCommand(parameters: string[], terminal: Terminal): number {
  const [first, second] = parameters
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(overview())
    return first === undefined ? 2 : 0
  }
  const group = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name)
  if (group.length === 0) terminal.error(`bad-usage: there is no command "${first}"; see: sanggar --help`)
  else if (second === '--help' || second === '-h')
    terminal.out(group.map((name) => `sanggar ${name}`).join('\n'))
  else terminal.error(`bad-usage: which one? ${group.join(', ')}`)
  return group.length > 0 && (second === '--help' || second === '-h') ? 0 : 2
}
