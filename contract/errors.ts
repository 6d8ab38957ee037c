import { z } from 'zod'
import { SanggarError } from './sanggar-error.ts'

export { SanggarError, describeFailure } from './sanggar-error.ts'

/**
 * Every failure that a person can meet: code -> parameters. The renderer's catalogues translate each code
 * ("error.<code>"); no prose crosses the wire. Adding a line here makes the translation obligatory.
 */
const text = z.string()
const count = z.number()

export const failureParameters = {
  // requests
  'invalid-request': { path: text, problem: text },
  'not-found': { what: text, id: text },
  'confirmation-required': {},
  disconnected: {},
  unauthorised: {},
  'network-forbidden': { address: text },
  // prompts and parameters
  'size-unsupported': { width: count, height: count, minimum: count, maximum: count, multiple: count },
  'size-fixed': { width: count, height: count, onlyWidth: count, onlyHeight: count },
  'scheduler-unsupported': { scheduler: text, model: text },
  'capability-missing': { model: text, capability: text },
  'prompt-syntax': { position: count, problem: text },
  /** a rule of the person's own asks before this is made; `rulesConfirmed` answers */
  'prompt-rule': { words: text },
  // models
  'model-not-found': { model: text },
  'model-folder-incomplete': { path: text, missing: text },
  'model-unsupported': { path: text, kind: text, reason: text },
  /** a code of damage.ts and what its sentence names; work that was kept by older versions has English there */
  'model-damaged': { path: text, detail: text, facts: z.record(text, text).default({}) },
  'pickle-refused': { path: text },
  'control-mismatch': { control: text, model: text },
  'adapter-mismatch': { adapter: text, model: text },
  // pictures brought in
  'picture-unreadable': { name: text },
  'picture-too-large': { megapixels: count, limit: count },
  'picture-file-too-large': { name: text, megabytes: count, limit: count },
  /** what would come out, before any work is done for it */
  'enlargement-too-large': { width: count, height: count, megapixels: count, limit: count },
  'picture-required': {},
  'mask-empty': {},
  // running
  'inference-crashed': { signal: text },
  'inference-failed': { stage: text, detail: text },
  'out-of-memory': { stage: text },
  'output-not-finite': { stage: text },
  'output-constant': { stage: text },
  'checkpoint-unusable': { id: text },
  'provider-unavailable': { provider: text },
  cancelled: {},
  interrupted: {},
  // library, vault, disk
  'library-busy': { path: text },
  'library-damaged': { path: text, detail: text },
  'library-newer': { path: text },
  'vault-locked': {},
  'vault-passphrase-wrong': {},
  /** wrong once more, or too soon after several wrong ones */
  'vault-passphrase-wait': { waitSeconds: count },
  'vault-passphrase-missing': {},
  'vault-key-missing': { path: text },
  'vault-key-damaged': { path: text },
  'item-damaged': { id: text },
  'backup-damaged': { path: text, detail: text },
  'disk-full': { path: text },
  'path-not-writable': { path: text },
  'path-not-found': { path: text },
  'already-exists': { path: text },
  // bugs, kept honest
  internal: { detail: text },
} as const satisfies Record<string, z.ZodRawShape>

export type FailureCode = keyof typeof failureParameters

export type FailureOf<Code extends FailureCode> = { code: Code } & {
  [Key in keyof (typeof failureParameters)[Code]]: (typeof failureParameters)[Code][Key] extends z.ZodType<
    infer Value
  >
    ? Value
    : never
}

/** The closed union: `{ code: 'model-not-found', model: 'x' } | …` */
export type Failure = { [Code in FailureCode]: FailureOf<Code> }[FailureCode]

const shapes = Object.entries(failureParameters).map(([code, shape]) =>
  z.object({ code: z.literal(code), ...shape }),
)

export const failureSchema = z.discriminatedUnion(
  'code',
  shapes as unknown as [(typeof shapes)[number], ...typeof shapes],
) as unknown as z.ZodType<Failure>

/** What is said of a picture's file that has more bytes than `limit`. */
export function fileTooLarge(
  name: string,
  bytes: number,
  limit: number,
): FailureOf<'picture-file-too-large'> {
  const mebibytes = (size: number): number => Math.ceil(size / 2 ** 20)
  return {
    code: 'picture-file-too-large',
    name: name.slice(0, 200),
    megabytes: mebibytes(bytes),
    limit: mebibytes(limit),
  }
}

/** Whatever was thrown, as a failure: a `SanggarError` keeps its own, anything else is a bug and says so. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof SanggarError) return thrown.failure
  return { code: 'internal', detail: thrown instanceof Error ? thrown.message : String(thrown) }
}
