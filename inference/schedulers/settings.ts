import { SanggarError } from '../../contract/errors.ts'

/** scheduler_config.json as it was read; absent and null keys mean the class's default, as in the reference. */
export type SchedulerConfig = Record<string, unknown>

/** The model is filled in by whoever knows it. */
export function unsupported(config: SchedulerConfig, detail?: string): SanggarError {
  const name = classNameOf(config)
  return new SanggarError({
    code: 'scheduler-unsupported',
    scheduler: detail === undefined ? name : `${name}, ${detail}`,
    model: '',
  })
}

export function classNameOf(config: SchedulerConfig): string {
  return shown(config['_class_name'])
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}

/** Non-finite numbers stand as strings in strict JSON. */
export function numberOf(config: SchedulerConfig, key: string, fallback: number): number {
  return optionalNumberOf(config, key) ?? fallback
}

export function optionalNumberOf(config: SchedulerConfig, key: string): number | undefined {
  const value = config[key]
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || Number.isNaN(number)) throw unsupported(config, `${key} ${shown(value)}`)
  return number
}

export function flagOf(config: SchedulerConfig, key: string, fallback: boolean): boolean {
  const value = config[key]
  if (value === undefined || value === null) return fallback
  if (typeof value !== 'boolean') throw unsupported(config, `${key} ${shown(value)}`)
  return value
}

export function choiceOf<Choice extends string>(
  config: SchedulerConfig,
  key: string,
  allowed: readonly Choice[],
  fallback: Choice,
): Choice {
  const value = config[key] ?? fallback
  const found = allowed.find((choice) => choice === value)
  if (found === undefined) throw unsupported(config, `${key} ${shown(value)}`)
  return found
}

export function numbersOf(config: SchedulerConfig, key: string): number[] | undefined {
  const value = config[key]
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'number')) {
    throw unsupported(config, key)
  }
  return value
}
