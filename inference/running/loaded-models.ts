import { freemem, totalmem } from 'node:os'
import { threadCount } from '../environment.ts'
import type { ModelOverride } from '../../contract/model.ts'
import type { ModelParts } from '../model-parts.ts'
import { type KeepPolicy, ModelSessions } from '../model-sessions.ts'
import { weightOverhead } from '../provider-session.ts'
import { familyOf } from '../pipelines/registry.ts'
import type { Family } from '../pipelines/pipeline.ts'
import type { LatentProjection } from '../previews/latent-projection.ts'
import type { AdapterPath, RuntimeOptions } from '../protocol.ts'
import type { FittingOptions } from '../precision/fitting-checkpoint.ts'
import { trialsIn } from '../trial-memory.ts'
import { openModel } from './open-model.ts'

export type LoadedModel = {
  parts: ModelParts
  family: Family
  sessions: ModelSessions
  /** learned from pictures of this model, for previews */
  projection?: LatentProjection
}

/** The model in memory: the one used last. */
export class LoadedModels {
  #key = ''
  #model: LoadedModel | undefined
  #scales: readonly number[] = []
  #onNote: NoteListener = () => undefined
  /** what was different when the model was opened holds for every picture that it makes */
  #opening: Note[] = []

  /** The model of `path`; another one that was loaded is let go first. */
  async open(
    path: string,
    runtime: RuntimeOptions,
    onNote: NoteListener,
    adapters: readonly AdapterPath[] = [],
    onLayer?: FittingOptions['onLayer'],
    said: ModelOverride = {},
    controls: readonly string[] = [],
  ): Promise<LoadedModel> {
    const files = adapters.map((adapter) => adapter.path)
    const key = JSON.stringify([path, files, runtime, said, controls])
    // Strengths are inputs of the graphs: another strength is no other model.
    this.#onNote = onNote
    this.#scales = adapters.map((adapter) => adapter.scale)
    if (this.#model !== undefined && this.#key === key) {
      for (const note of this.#opening) onNote(note)
      return this.#model
    }
    await this.release()
    this.#opening = []
    const noteAtOpening = (note: Note): void => {
      this.#opening.push(note)
      onNote(note)
    }
    const fitting = fittingFor(runtime, onLayer)
    const extras = { adapters: files, controls, scales: () => this.#scales, onNote: noteAtOpening }
    const parts = await openModel(path, { ...extras, ...(fitting === undefined ? {} : { fitting }) }, said)
    const family = familyOf(parts)
    const sessions = new ModelSessions(parts, {
      executionProvider: runtime.executionProvider,
      threads: threadCount(runtime.threads),
      policy: runtime.keepModels === 'after-use' ? 'after-use' : policyFor(parts, runtime.memoryCeiling),
      memoryCeiling: runtime.memoryCeiling,
      trials: trialsIn(runtime.cacheFolder),
      largestTile: runtime.largestTile,
      // Of the task that runs: a session may outlive the one that opened it.
      onNote: (note) => this.#onNote(note),
    })
    this.#key = key
    this.#model = { parts, family, sessions }
    return this.#model
  }

  async release(): Promise<void> {
    const model = this.#model
    this.#model = undefined
    await model?.sessions.releaseAll()
  }
}

type Note = { code: string; detail: string }
export type NoteListener = (note: Note) => void

/** A network may take the ceiling, or six tenths of what the machine has: the same on every day. */
export function fittingFor(
  { threads, memoryCeiling, precision = 'auto', cacheFolder }: RuntimeOptions,
  onLayer?: FittingOptions['onLayer'],
): FittingOptions | undefined {
  if (cacheFolder === undefined) return undefined
  return {
    precision,
    cacheFolder,
    threads: threadCount(threads),
    memory: memoryCeiling > 0 ? memoryCeiling : totalmem() * 0.6,
    ...(onLayer === undefined ? {} : { onLayer }),
  }
}

/** Everything stays while all of it fits below the ceiling, or into three quarters of what is free now. */
export function policyFor(parts: ModelParts, ceiling: number, free = freemem()): KeepPolicy {
  const weights = Object.values(parts.components).reduce((sum, { bytes }) => sum + bytes, 0)
  const limit = ceiling > 0 ? ceiling : free * 0.75
  return weights * weightOverhead <= limit ? 'keep' : 'after-use'
}
