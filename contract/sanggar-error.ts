import type { Failure } from './errors.ts'

// Apart from the schemas of errors.ts, which give it on: what runs before the app is on the screen does not wait for zod.

/** A failure on its way up to the boundary, where it becomes a value again. */
export class SanggarError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(describeFailure(failure), options)
    this.name = 'SanggarError'
    this.failure = failure
  }
}

/** English in one line for logs and the CLI's `code: message`; screens use the catalogues. */
export function describeFailure(failure: Failure): string {
  const { code, ...parameters } = failure
  const details = Object.entries(parameters)
    .flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null ? Object.entries(value) : [[name, value]],
    )
    .map(([name, value]) => `${String(name)} ${String(value)}`)
    .join(', ')
  return details === '' ? code : `${code} (${details})`
}
