import { freemem, totalmem } from 'node:os'
import { threadCount } from '../environment.ts'
import type { ModelOverride } from '../../contract/model.ts'
import type { ModelParts } from '../model-parts.ts'
import { ModelSessions } from '../model-sessions.ts'
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
      policy: runtime.keepModels === 'after-use' ? 'after-use' : 'keep',
      memoryCeiling: runtime.memoryCeiling,
      room: roomFor(runtime.memoryCeiling),
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

/** Weights of a network may take half of what the machine has, the same on every day, or what fits below the ceiling. */
export function fittingFor(
  { threads, memoryCeiling, precision = 'auto', cacheFolder }: RuntimeOptions,
  onLayer?: FittingOptions['onLayer'],
): FittingOptions | undefined {
  if (cacheFolder === undefined) return undefined
  return {
    precision,
    cacheFolder,
    threads: threadCount(threads),
    memory: memoryCeiling > 0 ? memoryCeiling / weightOverhead : totalmem() / 2,
    ...(onLayer === undefined ? {} : { onLayer }),
  }
}

/**
 * Bytes that the networks of one model share: the ceiling, or half of what the machine has, as far as it is free now;
 * the other half is for everything else that runs on it.
 */
export function roomFor(ceiling: number, free = freemem(), total = totalmem()): number {
  return ceiling > 0 ? ceiling : Math.min(total / 2, free * 0.75)
}
