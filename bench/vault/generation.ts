import { dispatch } from '../../contract/rpc.ts'
import type { Job } from '../../contract/job.ts'
import { createStudio } from '../../core/create-studio.ts'
import { nodeHost } from '../../core/hosting/node-host.ts'

/**
 * Makes two pictures with the model that ships and gives the second, made with everything loaded, with its time. The
 * smallest and fastest generation there is: for any other model the share of encryption is less.
 */
export async function makeOne(dataDirectory: string) {
  const studio = await createStudio(nodeHost('cli', dataDirectory))
  const call = async (name: string, input: unknown = null) => {
    const outcome = await dispatch(studio.handlers, name, input)
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure))
    return outcome.value
  }
  const get = async (address: string) =>
    Buffer.from(await (await studio.handleMedia(new Request(`http://x${address}`))).arrayBuffer())
  try {
    const models = (await call('models.list')) as { id: string; passport: { capabilities: string[] } }[]
    const model = models.find(({ passport }) => passport.capabilities.includes('text-to-image'))?.id ?? ''
    const request = { kind: 'generate', prompt: 'a red boat on a calm sea', model, seed: '7', finish: 'none' }
    let job = await ended((await call('jobs.submit', request)) as { id: string })
    job = await ended((await call('jobs.submit', request)) as { id: string })
    const [id = ''] = job.images
    const image = (await call('images.get', { id })) as { milliseconds: number }
    return {
      png: await get(`/media/image/${id}`),
      thumbnail: await get(`/media/image/${id}?w=320`),
      milliseconds: image.milliseconds,
    }
  } finally {
    await studio.close()
  }

  function ended({ id }: { id: string }): Promise<Job> {
    return new Promise((resolve, reject) => {
      const stop = studio.onEvent((name, value) => {
        if (name !== 'job.changed' || (value as Job).id !== id) return
        const job = value as Job
        if (['queued', 'running'].includes(job.state)) return
        stop()
        if (job.state === 'done') resolve(job)
        else reject(new Error(JSON.stringify(job.failure)))
      })
    })
  }
}
