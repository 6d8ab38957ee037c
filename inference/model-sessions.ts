import { type ComponentName, type ModelParts, needComponent } from './model-parts.ts'
import { type Feed, type Session, openSession } from './session.ts'
import type { ProviderName } from './providers.ts'

/** keep: until `releaseAll`. after-use: only the one component in use stays in memory. */
export type KeepPolicy = 'keep' | 'after-use'

export type SessionsOptions = {
  executionProvider: ProviderName | 'auto'
  threads: number
  policy: KeepPolicy
  /** a session was opened or could not be had on the provider that was asked for */
  onNote?: (note: { code: string; detail: string }) => void
}

/** The open sessions of one model: opened when first needed, freed by policy. */
export class ModelSessions {
  readonly parts: ModelParts
  readonly options: SessionsOptions
  readonly #open = new Map<ComponentName, Promise<Session>>()

  constructor(parts: ModelParts, options: SessionsOptions) {
    this.parts = parts
    this.options = options
  }

  /** Opens `name` if need be. Throws what `openSession` throws, and 'model-folder-incomplete'. */
  async session(name: ComponentName): Promise<Session> {
    const present = this.#open.get(name)
    if (present !== undefined) return present
    const { executionProvider, threads } = this.options
    const component = needComponent(this.parts, name)
    const stage = name
    const opening = openSession(component.source, { executionProvider, threads, stage }).then((session) =>
      component.scalars === undefined ? session : withScalars(session, component.scalars),
    )
    this.#open.set(name, opening)
    try {
      const session = await opening
      if (session.fellBackFrom !== undefined) {
        this.options.onNote?.({ code: 'provider-fallback', detail: session.fellBackFrom })
      }
      return session
    } catch (error) {
      this.#open.delete(name)
      throw error
    }
  }

  has(name: ComponentName): boolean {
    return this.parts.components[name] !== undefined
  }

  isOpen(name: ComponentName): boolean {
    return this.#open.has(name)
  }

  /** The stage is over: under 'after-use' its components go. */
  async finished(...names: ComponentName[]): Promise<void> {
    if (this.options.policy === 'after-use') await this.release(...names)
  }

  async release(...names: ComponentName[]): Promise<void> {
    for (const name of names) {
      const session = this.#open.get(name)
      this.#open.delete(name)
      await (await session)?.release()
    }
  }

  async releaseAll(): Promise<void> {
    await this.release(...this.#open.keys())
  }
}

function withScalars(session: Session, scalars: () => Readonly<Record<string, number>>): Session {
  return {
    ...session,
    run(feeds, outputs) {
      const further = Object.entries(scalars()).map(([name, scalar]): [string, Feed] => [name, { scalar }])
      return session.run({ ...Object.fromEntries(further), ...feeds }, outputs)
    },
  }
}
