export type GeneratorState = {
  seed: string
  words: Uint32Array
  left: number
  next: number
  spare: number | null
}

export type Generator = {
  /** `length` unit normal float32 numbers, as torch.randn of any shape with so many elements */
  randn(length: number): Float32Array
  /** everything needed to go on from here, structured-clonable */
  state(): GeneratorState
  restore(state: GeneratorState): void
}
