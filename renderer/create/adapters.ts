import type { Model } from '../../contract/model'

const kinds: readonly Model['passport']['kind'][] = ['adapter', 'embedding', 'vae']

/** Files that change a model for one picture: LoRA and its kin, learned words, another autoencoder. */
export const adaptersOf = (models: readonly Model[]): Model[] =>
  models.filter(({ state, passport }) => state === 'ready' && kinds.includes(passport.kind))

/** Another autoencoder takes the place of the model's own, whole. */
export const hasStrength = ({ passport }: Model): boolean => passport.kind !== 'vae'
