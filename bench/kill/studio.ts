import type { Behaviour } from '../../core/testing/host-double.ts'
import { createProcessDouble, drawFlat } from '../../core/testing/host-double.ts'
import type { Host } from '../../core/host.ts'

export const backupPassphrase = 'correct horse'

/** A host over a real data directory. Inference is the tests' double, so that the library is what is busy. */
export function hostOf(dataDirectory: string, models: string, behaviour: Behaviour = drawFlat): Host {
  return {
    kind: 'cli',
    version: '0.0.0',
    dataDirectory,
    resources: { models, resources: models },
    capabilities: {
      reveal: false,
      dialogs: false,
      keychain: false,
      hideFromCapture: false,
      privateClipboard: false,
      dragOut: false,
      notify: false,
    },
    spawnInference: () => createProcessDouble({ behaviour, tasks: [] }),
  }
}
