import { z } from 'zod'
import { appInfoSchema, type capabilitiesSchema, vaultStateSchema } from './app-info.ts'
import { collectionChangeSchema, collectionSchema, dayCountSchema, duplicatesSchema } from './collection.ts'
import {
  exportPlaceSchema,
  exportPreviewSchema,
  exportRequestSchema,
  mostDragged,
  publishRequestSchema,
} from './export.ts'
import { forecastItemSchema, forecastSchema } from './forecast.ts'
import { jobRequestSchema } from './generation.ts'
import {
  imageChangeSchema,
  imagePageSchema,
  imageQuerySchema,
  imageSchema,
  imageTileSchema,
} from './image.ts'
import { incognitoStateSchema } from './incognito.ts'
import { jobSchema } from './job.ts'
import {
  modelOverrideSchema,
  modelRootSchema,
  modelSchema,
  passportSchema,
  preparedFormSchema,
} from './model.ts'
import { openedFileSchema } from './opened-file.ts'
import { policySchema } from './policy.ts'
import {
  categoryPageSchema,
  ledgerCategorySchema,
  ledgerRowSchema,
  networkAttemptSchema,
  receiptSchema,
  redactPreviewSchema,
  sealSchema,
} from './privacy.ts'
import { actionProblemSchema, quickActionSchema } from './quick-action.ts'
import { retentionPreviewSchema, retentionRuleSchema, storedRuleSchema } from './retention.ts'
import { restorePreviewRequestSchema, restorePreviewSchema } from './restore-preview.ts'
import { settingsChangeSchema, settingsSchema } from './settings.ts'
import { wildcardNameSchema, wildcardSchema, wildcardTextSchema } from './wildcards.ts'
import { workSchema } from './work.ts'

const nothing = z.null()
const workId = z.object({ id: z.string() })
const modelFilesSchema = z.object({
  files: z.number().int(),
  bytes: z.number(),
  /** names of what stays, first 100 */
  others: z.array(z.string()),
})
const folderEntrySchema = z.object({ name: z.string(), path: z.string() })
const namedCountSchema = z.object({ name: z.string(), count: z.number().int() })
const passphraseSchema = z.string().min(1).max(1000)
const redactedWord = z
  .string()
  .trim()
  .max(200)
  .regex(/[\p{L}\p{N}]/u)
const ids = z.array(z.string().min(1).max(64)).min(1).max(100_000)

const request = <Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) => ({
  input,
  output,
})

/** The one table of requests: name -> input and output. Every call is short: long work is a job. */
export const requests = {
  'app.info': request(nothing, appInfoSchema),
  /** The whole report as it would be copied: no prompt, no name, no path. Answered while the vault is locked, too. */
  'app.diagnostics': request(nothing, z.object({ text: z.string() })),

  /** Closes the vault at once; needs a passphrase to have been set. While locked all else is 'vault-locked'. */
  'vault.lock': request(nothing, nothing),
  /** Somebody is there: the minutes until the vault locks by itself begin anew. */
  'vault.active': request(nothing, nothing),
  'vault.unlock': request(z.object({ passphrase: passphraseSchema }), nothing),
  /** `next` null takes the passphrase away; `current` is needed when there is one. */
  'vault.setPassphrase': request(
    z.object({ current: passphraseSchema.optional(), next: passphraseSchema.nullable() }),
    nothing,
  ),

  'settings.get': request(nothing, settingsSchema),
  'settings.change': request(settingsChangeSchema, settingsSchema),
  'settings.reset': request(nothing, settingsSchema),

  /** Drafts are the renderer's own JSON, kept so that no typed word is lost. */
  'drafts.get': request(z.object({ key: z.string().max(100) }), z.object({ value: z.json() })),
  'drafts.set': request(z.object({ key: z.string().max(100), value: z.json() }), nothing),

  'models.list': request(nothing, z.array(modelSchema)),
  'models.inspect': request(z.object({ path: z.string().min(1) }), passportSchema),
  'models.add': request(z.object({ path: z.string().min(1) }), modelSchema),
  /** Folders whose models are listed where they lie. */
  'models.roots': request(nothing, z.array(modelRootSchema)),
  'models.addRoot': request(z.object({ path: z.string().min(1) }), z.array(modelRootSchema)),
  'models.removeRoot': request(z.object({ path: z.string().min(1) }), z.array(modelRootSchema)),
  /** Opens the model and makes the smallest picture it can, which is not kept; its work says what that took. */
  'models.test': request(z.object({ id: z.string() }), workId),
  /** What 'models.erase' would remove, and what would stay because it is no part of a model. */
  'models.files': request(z.object({ id: z.string() }), modelFilesSchema),
  /** The model's files, for good, and the entry; never those that came with the program. */
  'models.erase': request(z.object({ id: z.string() }), modelFilesSchema),
  /** Forgets the entry; the user's files stay where they are. */
  'models.remove': request(z.object({ id: z.string() }), nothing),
  /** Null takes back what was said before. */
  'models.override': request(
    z.object({ id: z.string(), override: modelOverrideSchema.nullable() }),
    modelSchema,
  ),
  /** As a standard ONNX folder (optimum's layout) at the absolute path `folder`; throws 'already-exists'. */
  'models.export': request(z.object({ id: z.string(), folder: z.string().min(1) }), workId),
  /** Forms of weights that were made once and kept: they can all be made again. */
  'models.prepared': request(nothing, z.array(preparedFormSchema)),
  'models.erasePrepared': request(
    z.object({ keys: z.array(z.string().regex(/^[0-9a-f]{32}$/)).max(10_000) }),
    z.array(preparedFormSchema),
  ),
  /** Words of a prompt that the model does not know; empty for models that take any text. */
  'models.ignoredWords': request(
    z.object({ model: z.string(), prompt: z.string().max(20_000) }),
    z.object({ words: z.array(z.string()) }),
  ),

  /** Choices and lists in a prompt make one job per picture: `id` is the first of `ids`. */
  'jobs.submit': request(jobRequestSchema, z.object({ id: z.string(), ids: z.array(z.string()) })),
  'jobs.list': request(nothing, z.array(jobSchema)),
  'jobs.cancel': request(z.object({ id: z.string() }), nothing),
  'jobs.cancelAll': request(nothing, nothing),
  'jobs.retry': request(z.object({ id: z.string() }), z.object({ id: z.string() })),
  /** A job that was cut short goes on where it stopped, to the same bits; before the others that wait. */
  'jobs.resume': request(z.object({ id: z.string() }), nothing),
  /**
   * The unfinished picture as it is now, as a job of its own; with the autoencoder of another file (an adapter's id)
   * when `vae` names one. What was cut short can still go on afterwards. Throws 'checkpoint-unusable'.
   */
  'jobs.decode': request(
    z.object({ id: z.string(), vae: z.string().min(1).optional() }),
    z.object({ id: z.string() }),
  ),
  /**
   * A part of a picture restored, for looking at: kept in memory until the next one, 'restore.endPreview', or until the
   * picture, the session or the vault goes. An earlier one that is still being made answers 'cancelled'.
   */
  'restore.preview': request(restorePreviewRequestSchema, restorePreviewSchema),
  'restore.endPreview': request(nothing, nothing),
  /** Quick actions that lie as files in the data folder. */
  'actions.folder': request(
    nothing,
    z.object({
      folder: z.string(),
      actions: z.array(quickActionSchema),
      problems: z.array(actionProblemSchema),
    }),
  ),
  'forecast.get': request(z.object({ items: z.array(forecastItemSchema).min(1).max(100) }), forecastSchema),

  /** Lists of words for `__name__` in prompts. */
  'wildcards.list': request(nothing, z.array(wildcardSchema)),
  'wildcards.get': request(z.object({ name: wildcardNameSchema }), z.object({ text: wildcardTextSchema })),
  /** `was`: it had this name before. Throws 'already-exists' where another list has the new name. */
  'wildcards.save': request(
    z.object({ name: wildcardNameSchema, text: wildcardTextSchema, was: wildcardNameSchema.optional() }),
    nothing,
  ),
  'wildcards.remove': request(z.object({ name: wildcardNameSchema }), nothing),

  /** Removes ended jobs from the list; pictures stay. */
  'jobs.clear': request(nothing, nothing),
  /** To position `index` of the waiting jobs, 0 the front. */
  'jobs.move': request(z.object({ id: z.string(), index: z.number().int().min(0) }), nothing),
  'queue.pause': request(z.object({ paused: z.boolean() }), z.object({ paused: z.boolean() })),
  'queue.state': request(nothing, z.object({ paused: z.boolean() })),

  /** The session of requests with `incognito`: its jobs and pictures are listed, shown and erased like others. */
  'incognito.state': request(nothing, incognitoStateSchema),
  'incognito.list': request(nothing, z.array(imageTileSchema)),
  /** Moves one picture into the library, under a new id. */
  'incognito.keep': request(z.object({ image: z.string() }), z.object({ id: z.string() })),
  /** Overwrites and forgets all of it; says what that was. */
  'incognito.end': request(nothing, incognitoStateSchema),

  'images.query': request(imageQuerySchema, imagePageSchema),
  'images.get': request(z.object({ id: z.string() }), imageSchema),
  'images.change': request(z.object({ ids, change: imageChangeSchema }), nothing),
  'images.trash': request(z.object({ ids }), nothing),
  'images.restore': request(z.object({ ids }), nothing),
  /** For good: keys, rows, files, thumbnails. */
  'images.erase': request(z.object({ ids }), receiptSchema),
  'images.emptyTrash': request(nothing, receiptSchema),
  /** What a search means in all: `offset` and `limit` do not count here. Age is `before:2026-01-01` in its text. */
  'images.countMatching': request(imageQuerySchema, retentionPreviewSchema),
  /** Erases what the search finds; 'confirmation-required' when that is not `count` pictures any more. */
  'images.eraseMatching': request(
    z.object({ query: imageQuerySchema, count: z.number().int().min(0) }),
    receiptSchema,
  ),
  /** How many pictures the query finds on each day; `offset` and `limit` do not count. */
  'images.days': request(imageQuerySchema, z.array(dayCountSchema)),

  'collections.list': request(nothing, z.array(collectionSchema)),
  'collections.save': request(collectionChangeSchema, collectionSchema),
  /** Pictures stay in the library. */
  'collections.remove': request(z.object({ id: z.string() }), nothing),
  'collections.add': request(z.object({ id: z.string(), images: ids }), nothing),
  'collections.take': request(z.object({ id: z.string(), images: ids }), nothing),

  'duplicates.find': request(z.object({ alike: z.boolean().default(false) }), duplicatesSchema),
  /** Looks at the pictures that 'duplicates.find' counts as unseen. */
  'duplicates.scan': request(nothing, workId),

  /** Prompts used before that contain `text`, newest first. */
  'prompts.suggest': request(
    z.object({ text: z.string().max(2000), limit: z.number().int().min(1).max(50).default(8) }),
    z.array(z.string()),
  ),

  /** Exactly what would leave, before anything is written. */
  'export.preview': request(exportRequestSchema, exportPreviewSchema),
  /** To a folder of this machine; hosts without dialogs download from /export instead. */
  'export.start': request(exportPlaceSchema.extend({ request: exportRequestSchema }), workId),
  /** A ticket for one GET of /export/<ticket>: a picture, or a ZIP when there are several. */
  'export.ticket': request(exportRequestSchema, z.object({ url: z.string(), name: z.string() })),

  /** Where capabilities.dragOut says so: an export as files to be dragged, which stay until 'export.endDrag'. Short, hence
   * few pictures; more are exported to a folder. */
  'export.prepareDrag': request(
    exportRequestSchema.extend({ images: z.array(z.string()).min(1).max(mostDragged) }),
    z.object({ names: z.array(z.string()) }),
  ),
  'export.endDrag': request(nothing, nothing),

  /** The pictures that are marked as shared, as a static gallery; made anew each time. */
  'gallery.publish': request(publishRequestSchema, workId),

  /** Pictures from files and folders of this machine, with the settings that other programs wrote into them. */
  'import.start': request(z.object({ paths: z.array(z.string().min(1)).min(1).max(10_000) }), workId),
  /** The whole library as one encrypted file (docs/backup-format.md); `file` must not be there yet. */
  'backup.start': request(z.object({ file: z.string().min(1), passphrase: passphraseSchema }), workId),
  /** Merges a backup into this library. Answers when the passphrase fits; the whole file is checked first. */
  'backup.restore': request(z.object({ file: z.string().min(1), passphrase: passphraseSchema }), workId),
  'works.list': request(nothing, z.array(workSchema)),
  'works.cancel': request(z.object({ id: z.string() }), nothing),

  'privacy.ledger': request(nothing, z.array(ledgerRowSchema)),
  'privacy.seal': request(nothing, sealSchema),
  'privacy.viewCategory': request(
    z.object({
      category: ledgerCategorySchema,
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(200),
    }),
    categoryPageSchema,
  ),
  /** Everything that is held, or the named categories, readable without Sanggar: one ZIP in `folder`. */
  'privacy.exportData': request(
    z.object({
      folder: z.string().min(1),
      categories: z.array(ledgerCategorySchema).min(1).optional(),
    }),
    workId,
  ),
  /** For good. Pictures keep what is not deleted: without prompts they are still pictures. */
  'privacy.deleteCategory': request(z.object({ category: ledgerCategorySchema }), receiptSchema),
  /** Whole words, whatever their case; nothing is changed. */
  'privacy.redactPreview': request(z.object({ word: redactedWord }), redactPreviewSchema),
  /** Takes the word out of every prompt, title, note, tag, draft, job, index and file header. */
  'privacy.redact': request(z.object({ word: redactedWord }), workId),
  'privacy.deleteAll': request(z.object({ confirmation: z.literal('delete everything') }), receiptSchema),

  'policy.get': request(z.object({ language: z.enum(['en', 'id']) }), policySchema),
  /** This version was shown to somebody. */
  'policy.seen': request(z.object({ version: z.number().int() }), nothing),

  'retention.list': request(nothing, z.array(storedRuleSchema)),
  /** Without `id` a new rule. */
  'retention.save': request(retentionRuleSchema.extend({ id: z.string().optional() }), storedRuleSchema),
  'retention.remove': request(z.object({ id: z.string() }), nothing),
  /** Exactly what the rule would take now, enabled or not. */
  'retention.preview': request(retentionRuleSchema, retentionPreviewSchema),

  /** Counts and times for the Insights screen, from this library alone. */
  'insights.get': request(
    nothing,
    z.object({
      perDay: z.array(z.object({ day: z.string(), pictures: z.number().int() })),
      perModel: z.array(
        z.object({
          model: z.string(),
          size: z.string(),
          pictures: z.number().int(),
          medianMilliseconds: z.number(),
        }),
      ),
      failures: z.array(z.object({ code: z.string(), count: z.number().int() })),
      /** what is used most, each at most twelve; words are those of the latest prompts, once per picture */
      favourites: z.object({
        models: z.array(namedCountSchema),
        sizes: z.array(namedCountSchema),
        samplers: z.array(namedCountSchema),
        words: z.array(namedCountSchema),
      }),
    }),
  ),

  /** Native dialogs where capabilities.dialogs says so; null when the user closed them. */
  'host.chooseFolder': request(nothing, z.object({ path: z.string().nullable() })),
  'host.chooseModel': request(nothing, z.object({ path: z.string().nullable() })),
  'host.chooseBackup': request(nothing, z.object({ path: z.string().nullable() })),
  /** Where capabilities.privateClipboard says so; elsewhere the page copies by itself. */
  'host.copyText': request(z.object({ text: z.string().max(100_000) }), nothing),
  /** The picture as a clean PNG. */
  'host.copyPicture': request(z.object({ image: z.string() }), nothing),
  /** Where capabilities.notify says so. Neither text may quote a prompt: others read notifications too. */
  'host.notify': request(z.object({ title: z.string().max(200), body: z.string().max(500) }), nothing),
  /** A drag of what 'export.prepareDrag' made has begun in the page. */
  'host.startDrag': request(nothing, nothing),
  /** A folder's folders, and its files of one kind; null is the home folder. */
  'host.listFolder': request(
    z.object({ path: z.string().nullable(), files: z.enum(['models', 'backups']).default('models') }),
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      folders: z.array(folderEntrySchema),
      files: z.array(folderEntrySchema),
    }),
  ),
  'host.reveal': request(z.object({ path: z.string() }), nothing),
  /** Files that were opened with Sanggar; each is given once, to the page that asks first what to do with it. */
  'host.openedFiles': request(nothing, z.array(openedFileSchema)),
} as const

/** Events are news, not commands: after a reconnect the client asks again. */
export const events = {
  'job.changed': jobSchema,
  'job.removed': z.object({ id: z.string() }),
  'queue.changed': z.object({ paused: z.boolean() }),
  /** app.info has news: what the inference process found */
  'app.changed': z.null(),
  /** files wait in host.openedFiles */
  'host.opened': z.null(),
  'work.changed': workSchema,
  'image.added': z.object({ id: z.string() }),
  'images.changed': z.object({ ids: z.array(z.string()) }),
  'collections.changed': z.null(),
  /** while everything is being deleted: files removed, of how many; the key is gone before the first */
  'library.emptying': z.object({ done: z.number().int(), total: z.number().int() }),
  'library.emptied': z.null(),
  'incognito.changed': incognitoStateSchema,
  'models.changed': z.null(),
  'wildcards.changed': z.null(),
  'settings.changed': settingsSchema,
  'vault.changed': vaultStateSchema,
  'network.blocked': networkAttemptSchema,
} as const

export type RequestName = keyof typeof requests
export type RequestInput<Name extends RequestName> = z.input<(typeof requests)[Name]['input']>
export type RequestParsed<Name extends RequestName> = z.output<(typeof requests)[Name]['input']>
export type RequestOutput<Name extends RequestName> = z.output<(typeof requests)[Name]['output']>
export type EventName = keyof typeof events
export type EventValue<Name extends EventName> = z.output<(typeof events)[Name]>
export type AppInfo = z.output<typeof appInfoSchema>
export type HostCapabilities = z.output<typeof capabilitiesSchema>

/** What core implements: each handler gets its parsed input. */
export type Handlers = {
  [Name in RequestName]: (input: RequestParsed<Name>) => RequestOutput<Name> | Promise<RequestOutput<Name>>
}
