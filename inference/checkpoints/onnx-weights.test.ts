import { join } from 'node:path'
import { expect, test } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import type { Weight } from '../graph/weights.ts'
import { readWeight } from '../precision/read-weight.ts'
import { openCheckpoint } from './checkpoint.ts'
import { openOnnxFolder } from './open-onnx-folder.ts'

test.each(['sd15-tiny', 'sdxl-tiny', 'zimage-tiny', 'flux-tiny', 'sd3-tiny'])(
  'every weight of %s is found in its ONNX files, by name and value',
  async (name) => {
    const folder = join(referenceFolder(), 'pipelines', name)
    const plain = await openCheckpoint(join(folder, 'diffusers'))
    const { networks } = await openOnnxFolder(join(folder, 'onnx'))
    for (const [network, { weights }] of plain.networks) {
      if (network === 'vae') continue
      const found = networks.get(network)?.weights
      for (const [parameter, weight] of weights) {
        const own = found?.get(parameter)
        expect(own?.shape, `${network} ${parameter}`).toEqual(weight.shape)
        expect(await readWeight(own as Weight), `${network} ${parameter}`).toEqual(await readWeight(weight))
      }
    }
  },
)
