import { damageMessage } from './damage-messages.ts'
import { obstacleMessage } from './obstacle-messages.ts'
import type { ModelOption } from '../contract/model.ts'
import type { Failure, FailureCode, FailureOf } from '../contract/errors.ts'

const place = (path: string) => (path === '' ? 'the request' : path)

/** The schema library's words, in plainer ones. */
function plain(problem: string): string {
  return problem
    .replace(/^Too small: expected \w+ to be >=?\s*(\S+).*$/, 'must be at least $1')
    .replace(/^Too big: expected \w+ to be <=?\s*(\S+).*$/, 'must be at most $1')
    .replace(/^Invalid input: expected (\w+), received \w+$/, 'must be of the kind: $1')
    .replace(/^Invalid string: must match pattern.*$/, 'is not written as it should be')
}

/** What models differ in, by the option that asks for it. */
const optionWords: Readonly<Record<ModelOption, string>> = {
  'clip-skip': 'without layers of the text encoder (--clip-skip)',
  'guidance-rescale': 'guidance rescale (--rescale)',
  'guidance-truncation': 'CFG truncation (--guide-until)',
  'guidance-normalisation': 'CFG normalisation (--guidance-limit)',
  'true-guidance': 'true guidance (--true-guidance)',
  'size-conditioning': 'conditioning on sizes (--original-size, --crop, --target-size)',
  'prompt-length': 'prompts of another length (--prompt-length)',
  'second-prompt': 'a second prompt (--prompt-2, --negative-2)',
  'third-prompt': 'a third prompt (--prompt-3, --negative-3)',
  controls: 'without a ControlNet what --control asks for',
}

function wordFor(capability: string): string {
  return Object.entries(optionWords).find(([option]) => option === capability)?.[1] ?? capability
}

/** Stages are what a person sees, or the network that was at work. */
const stageWords: Readonly<Record<string, string>> = {
  loading: 'while the model was opened',
  encoding: 'while the prompt was read',
  text_encoder: 'in the text encoder',
  text_encoder_2: 'in the second text encoder',
  text_encoder_3: 'in the third text encoder',
  unet: 'while drawing (unet)',
  transformer: 'while drawing (transformer)',
  vae_encoder: 'while the picture was read (vae_encoder)',
  vae_decoder: 'while developing (vae_decoder)',
  upscaler: 'while enlarging',
}

const during = (stage: string): string => (stage === '' ? '' : ` ${stageWords[stage] ?? `in: ${stage}`}`)

/** One plain English sentence per code. The screens have their own catalogues; the terminal has this one. */
const messages: { [Code in FailureCode]: (failure: FailureOf<Code>) => string } = {
  'invalid-request': ({ path, problem }) => `${place(path)} ${plain(problem)}`,
  'not-found': ({ what, id }) => `there is no ${what} "${id}"`,
  'confirmation-required': () => 'this cannot be undone and needs a confirmation',
  disconnected: () => 'the connection to the studio was lost',
  unauthorised: () => 'this is not allowed without the link that Sanggar printed',
  'network-forbidden': ({ address }) =>
    `something wanted to connect to ${address}; Sanggar does not go online`,
  'size-unsupported': ({ width, height, minimum, maximum, multiple }) =>
    `${width}x${height} is no size for this model: each side from ${minimum} to ${maximum}, in steps of ${multiple}`,
  'size-fixed': ({ width, height, onlyWidth, onlyHeight }) =>
    `${width}x${height} is no size for this model: its file makes ${onlyWidth}x${onlyHeight} only`,
  'scheduler-unsupported': ({ scheduler, model }) => `the sampler "${scheduler}" does not work with ${model}`,
  'capability-missing': ({ model, capability }) =>
    model === '' ? `no model here can do ${capability}` : `${model} cannot do ${wordFor(capability)}`,
  'prompt-rule': ({ words }) =>
    `a prompt rule of yours asks about: ${words}; repeat with --confirm-rules to make it all the same`,
  'prompt-syntax': ({ position, problem }) =>
    `the prompt cannot be read at character ${position}: ${problem}`,
  'model-not-found': ({ model }) => `there is no model "${model}"; "sanggar models list" shows what there is`,
  'model-folder-incomplete': ({ path, missing }) => `${path} is no complete model; missing: ${missing}`,
  'model-unsupported': ({ path, kind, reason }) =>
    `${path} (${kind}) cannot run here: ${obstacleMessage(reason)}`,
  'model-damaged': ({ path, detail, facts }) => `${path} is damaged: ${damageMessage(detail, facts)}`,
  'pickle-refused': ({ path }) =>
    `${path} is a pickle, which can run any code when opened; Sanggar never opens one`,
  'control-mismatch': ({ control, model }) =>
    `the ControlNet ${control} was made for another family than ${model}`,
  'adapter-mismatch': ({ adapter, model }) => `the adapter ${adapter} does not fit ${model}`,
  'picture-unreadable': ({ name }) =>
    `${name} is no picture that Sanggar can read (PNG, JPEG, WebP, AVIF, TIFF, GIF), or it is damaged`,
  'picture-too-large': ({ megapixels, limit }) =>
    `the picture has ${megapixels} megapixels, more than the ${limit} that Sanggar takes; make it smaller first`,
  'picture-file-too-large': ({ name, megabytes, limit }) =>
    `${name} has ${megabytes} MiB, more than the ${limit} that Sanggar takes`,
  'enlargement-too-large': ({ width, height, megapixels, limit }) =>
    `${width} x ${height} would have ${megapixels} megapixels, more than the ${limit} that Sanggar makes; enlarge it less, or make the picture smaller first`,
  'picture-required': () => 'this needs a picture',
  'mask-empty': () => 'the mask is black all over: white is what is to be painted anew',
  'inference-crashed': ({ signal }) =>
    `the process that computes pictures ended (${signal}); nothing else was lost`,
  'inference-failed': ({ stage, detail }) => `computing failed${during(stage)}: ${detail}`,
  'checkpoint-unusable': ({ id }) => `there is no unfinished picture of ${id} to go on with`,
  'out-of-memory': ({ stage }) => `there was not enough memory${during(stage)}; a smaller picture may work`,
  'output-not-finite': ({ stage }) =>
    `the model produced numbers that are none${during(stage)}; its file, or an adapter's, may be damaged`,
  'output-constant': ({ stage }) =>
    `the model produced nothing but one number${during(stage)}; its file may be damaged`,
  'provider-unavailable': ({ provider }) => `${provider} is not available on this machine`,
  cancelled: () => 'stopped before it was done',
  interrupted: () => 'Sanggar ended before this was done',
  'library-busy': ({ path }) => `another Sanggar is using the library in ${path}; close it first`,
  'library-damaged': ({ path, detail }) =>
    `the library in ${path} is damaged: ${detail}; "sanggar library repair" rebuilds it from the pictures`,
  'library-newer': ({ path }) => `a later version of Sanggar wrote this library: ${path}`,
  'vault-locked': () =>
    'the vault is locked; its passphrase is asked on a terminal, or read from SANGGAR_PASSPHRASE',
  'vault-passphrase-missing': () => 'no passphrase has been set, so there is nothing to lock with',
  'vault-passphrase-wrong': () => 'that is not the passphrase',
  'vault-passphrase-wait': ({ waitSeconds }) =>
    `that is not the passphrase; the next try is in ${waitSeconds} s`,
  'vault-key-missing': ({ path }) => `the key of the vault is missing: ${path}`,
  'vault-key-damaged': ({ path }) => `the key of the vault was altered or is another library's: ${path}`,
  'backup-damaged': ({ path, detail }) => `${path} is no backup that can be read: ${detail}`,
  'item-damaged': ({ id }) => `the stored picture ${id} is damaged`,
  'disk-full': ({ path }) => `the disk is full: ${path}`,
  'path-not-writable': ({ path }) => `cannot write to ${path}`,
  'path-not-found': ({ path }) => `there is no ${path}`,
  'already-exists': ({ path }) => `${path} exists already`,
  internal: ({ detail }) => `a bug in Sanggar: ${detail}`,
}

/** `code: message`, as it stands on stderr. */
export function failureLine(failure: Failure): string {
  const message = messages[failure.code] as (failure: Failure) => string
  return `${failure.code}: ${message(failure)}`
}
