import type { Failure } from '../contract/errors.ts'
import { type Command, CommandFailure, type Terminal, UsageError } from './usage.ts'

/** A command's first word -> its module. Only what is asked for is loaded: the app's own start waits for nothing else. */
const modules: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  generate: async () => [(await import('./commands/generate.ts')).generate],
  edit: async () => [(await import('./commands/generate.ts')).edit],
  upscale: async () => [(await import('./commands/enhance.ts')).upscale],
  restore: async () => [(await import('./commands/enhance.ts')).restore],
  face: async () => [(await import('./commands/enhance.ts')).face],
  cutout: async () => [(await import('./commands/enhance.ts')).cutout],
  jobs: async () => {
    const { jobsList, jobsResume } = await import('./commands/jobs.ts')
    return [jobsList, jobsResume]
  },
  models: async () => {
    const { modelsList, modelsInspect, modelsAdd, modelsRemove } = await import('./commands/models.ts')
    const { modelsOverride, modelsExport, cachesList, cachesErase } =
      await import('./commands/prepare-models.ts')
    return [
      modelsList,
      modelsInspect,
      modelsAdd,
      modelsRemove,
      modelsOverride,
      modelsExport,
      cachesList,
      cachesErase,
    ]
  },
  library: async () => {
    const { libraryList, libraryExport, libraryDelete, libraryDeleteAll } =
      await import('./commands/library.ts')
    const { libraryCheck, libraryRepair } = await import('./commands/library-check.ts')
    return [libraryList, libraryExport, libraryCheck, libraryRepair, libraryDelete, libraryDeleteAll]
  },
  privacy: async () => [
    (await import('./commands/privacy.ts')).privacyReport,
    (await import('./commands/audit.ts')).privacyAudit,
  ],
  serve: async () => [(await import('./commands/serve.ts')).serve],
}

const commandsOf = async (firstWord: string): Promise<readonly Command[]> =>
  Object.hasOwn(modules, firstWord) ? ((await modules[firstWord]?.()) ?? []) : []

/** Every command, in the order of the overview. */
export const allCommands = async (): Promise<Command[]> =>
  (await Promise.all(Object.keys(modules).map(commandsOf))).flat()

const overview = async () =>
  [
    'Sanggar makes and edits pictures on your own machine. Nothing leaves it.',
    '',
    ...(await allCommands()).map(({ name, summary }) => `  sanggar ${name.padEnd(20)}${summary}`),
    '',
    'sanggar COMMAND --help says more. With --safe any of them draws on the CPU alone, without adapters.',
  ].join('\n')

/** Failures that say that the command line was wrong, rather than the world. */
const usageCodes = new Set(['invalid-request', 'confirmation-required'])

/** Runs one command line and returns the exit code: 0, 1 for a failure, 2 for bad usage, 130 after Ctrl-C. */
export async function runCommandLine(parameters: string[], terminal: Terminal): Promise<number> {
  const commands = await commandsOf(parameters[0] ?? '')
  const command = commands.find(({ name }) =>
    name.split(' ').every((word, index) => parameters[index] === word),
  )
  if (command === undefined) return withoutCommand(parameters, commands, terminal)
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
    const { failureLine } = await import('./failure-messages.ts')
    const failure = await whatFailed(error)
    terminal.error(failureLine(failure))
    if (failure.code === 'cancelled' && terminal.signal.aborted) return 130
    return usageCodes.has(failure.code) ? 2 : 1
  }
}

async function whatFailed(error: unknown): Promise<Failure> {
  if (error instanceof CommandFailure) return error.failure
  const { failureOf } = await import('../contract/errors.ts')
  return failureOf(error)
}

/** `commands`: those that begin with the first word */
async function withoutCommand(
  parameters: string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<number> {
  const [first, second] = parameters
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    terminal.out(await overview())
    return first === undefined ? 2 : 0
  }
  const group = commands.map(({ name }) => name)
  if (group.length === 0) terminal.error(`bad-usage: there is no command "${first}"; see: sanggar --help`)
  else if (second === '--help' || second === '-h')
    terminal.out(group.map((name) => `sanggar ${name}`).join('\n'))
  else terminal.error(`bad-usage: which one? ${group.join(', ')}`)
  return group.length > 0 && (second === '--help' || second === '-h') ? 0 : 2
}
