import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { openAutoencoder } from '../../inference/checkpoints/autoencoder-file.ts'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import { componentTypeOf } from '../../inference/checkpoints/components.ts'
import { beyond, relativeDifference } from '../comparison.ts'
import { examine, skipped, type CaseResult } from '../result.ts'
import { runComponent } from './run-component.ts'
import { storedTensors } from './stored-run.ts'

/** Stand-alone autoencoders in ldm names. */
export async function* examineAutoencoders(folder: string): AsyncGenerator<CaseResult> {
  const names: string[] = await readdir(folder).catch(() => [])
  const [expectedName] = names.filter((file) => file.endsWith('.expected.safetensors'))
  if (expectedName === undefined) {
    yield skipped('stand-alone vae', 'checkpoints/vae/ is absent')
    return
  }
  const expected = storedTensors(await readSafetensorsHeader(join(folder, expectedName)))
  for (const [file, prefix] of [
    ['vae-tiny-fp32.safetensors', ''],
    ['vae-tiny-fp16.safetensors', 'fp16w.'],
  ] as const) {
    const component = await openAutoencoder(join(folder, file))
    const { graphs } = componentTypeOf(component.type, folder)
    const call = async (
      half: string,
      input: string,
      output: string,
      from: string,
      to: string,
    ): Promise<string[]> => {
      const source = graphs[half]?.(component, {})
      if (source === undefined) return [`no ${half}`]
      const result = await runComponent(source, half, { [input]: await expected.tensor(from) })
      return beyond(
        to,
        relativeDifference(result[output]?.data ?? [], (await expected.tensor(to)).data),
        1e-5,
      )
    }
    const input = (name: string): string => (expected.has(prefix + name) ? prefix + name : name)
    yield await examine(`${file} decode`, () =>
      call('decoder', 'latent_sample', 'sample', input('decode.latents'), `${prefix}decode.pixels`),
    )
    yield await examine(`${file} encode`, () =>
      call('encoder', 'sample', 'latent_parameters', input('encode.pixels'), `${prefix}encode.moments`),
    )
  }
}
