import { z } from 'zod'

/** What only some hosts can do. The renderer asks here and never which host it runs in. */
export const capabilitiesSchema = z.object({
  /** show a file in the system's file manager */
  reveal: z.boolean(),
  /** choose a folder or file in a native dialog; without it exports are downloads and paths are typed */
  dialogs: z.boolean(),
  /** the vault key lies in the system's keychain */
  keychain: z.boolean(),
  /** keep the window out of screenshots and recordings */
  hideFromCapture: z.boolean(),
  /** copies that clipboard histories and cloud clipboards are asked to leave alone */
  privateClipboard: z.boolean(),
  /** exported files are dragged out of the window */
  dragOut: z.boolean(),
  /** messages of the system, without asking; elsewhere the browser asks the person */
  notify: z.boolean(),
})

/** How the vault key is kept, and whether the vault is open: docs/privacy.md. */
export const vaultStateSchema = z.object({
  state: z.enum(['open', 'locked']),
  keptIn: z.enum(['keychain', 'key-file', 'passphrase']),
})

export const appInfoSchema = z.object({
  version: z.string(),
  host: z.enum(['electron', 'web', 'cli']),
  platform: z.string(),
  /** what was chosen: a locked library's settings cannot be read */
  language: z.enum(['system', 'en', 'id']),
  theme: z.enum(['system', 'light', 'dark']),
  dataDirectory: z.string(),
  capabilities: capabilitiesSchema,
  runtime: z.object({
    onnxRuntime: z.string(),
    providers: z.array(z.string()),
    threads: z.number().int(),
    memory: z.number(),
    memoryFree: z.number(),
  }),
  vault: vaultStateSchema,
  /** what the person should know at the start; `detail` is the name of a service */
  warnings: z.array(
    z.object({ code: z.enum(['synced-folder', 'safe-mode', 'library-damaged']), detail: z.string() }),
  ),
})
