import type { Job } from '../../contract/job.ts'
import { waitForJob } from '../run-job.ts'
import { withStudio } from '../studio-session.ts'
import { type Command, CommandFailure, dataOption, jsonOption, parse } from '../usage.ts'

const line = (job: Job): string => {
  const { checkpoint, request } = job
  const what = request.kind === 'generate' ? request.prompt : request.kind
  const stopped =
    checkpoint === undefined ? '' : `  stopped after step ${checkpoint.step} of ${checkpoint.steps}`
  return `${job.id}  ${job.state.padEnd(11)}  ${what}${stopped}`
}

export const jobsList: Command = {
  name: 'jobs list',
  summary: 'lists the jobs, and where those that were cut short stand',
  usage: `sanggar jobs list [options]

  --json               one JSON object per job
  --data DIR           another data directory`,
  run(parameters, terminal) {
    const { values } = parse(
      parameters,
      { ...dataOption, ...jsonOption },
      { minimum: 0, maximum: 0, names: '' },
    )
    return withStudio(values.data, async (session) => {
      for (const job of await session.call('jobs.list', null)) {
        terminal.out(values.json ? JSON.stringify(job) : line(job))
      }
    })
  },
}

export const jobsResume: Command = {
  name: 'jobs resume',
  summary: 'goes on with a job that was cut short, or decodes it as it is',
  usage: `sanggar jobs resume ID [options]

  --decode             no further step: the picture as it is now; the job can still go on afterwards
  --vae MODEL          with the autoencoder of this file (needs --decode)
  --json               the job as one JSON object
  --data DIR           another data directory`,
  run(parameters, terminal) {
    const options = {
      ...dataOption,
      ...jsonOption,
      decode: { type: 'boolean', default: false },
      vae: { type: 'string' },
    } as const
    const { values, positionals } = parse(parameters, options, { minimum: 1, maximum: 1, names: 'ID' })
    const [id = ''] = positionals
    return withStudio(values.data, async (session) => {
      const job = await waitForJob(session, terminal, async () => {
        if (values.decode || values.vae !== undefined) {
          return session.call('jobs.decode', { id, ...(values.vae === undefined ? {} : { vae: values.vae }) })
        }
        await session.call('jobs.resume', { id })
        return { id }
      })
      if (job.failure !== undefined) throw new CommandFailure(job.failure)
      if (values.json) terminal.out(JSON.stringify(job))
      else for (const image of job.images) terminal.out(image)
    })
  },
}
