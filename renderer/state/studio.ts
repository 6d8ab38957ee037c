import { createContext, useContext } from 'react'
import { z } from 'zod'
import type { AppInfo } from '../../contract/api'
import type { Job } from '../../contract/job'
import type { Model } from '../../contract/model'
import type { Seal } from '../../contract/privacy'
import { type Settings, type SettingsChange, defaultSettings } from '../../contract/settings'
import type { Api } from '../api'
import type { Wildcard } from '../../contract/wildcards'
import { type CreateDraft, createDraftSchema } from '../create/create-draft'
import { ownStylesSchema } from '../create/styles'
import { ownActionsSchema } from '../edit/actions'
import { type EditWork, noEditWork, workOnAnother } from '../edit/edit-work'
import { type GalleryLeft, galleryStart } from '../gallery/gallery-left'
import { forgetCovers } from './covers'
import { type Draft, createDraft } from './draft'
import { putJob } from './job-list'
import { type Store, createStore } from './store'
import { type Toasts, createToasts } from './toasts'

export const screens = ['create', 'edit', 'gallery', 'models', 'privacy', 'insights', 'settings'] as const
export type Screen = (typeof screens)[number]

export const editDraftSchema = z.object({
  /** the pictures of this piece of work, the one at hand last */
  pictures: z.array(z.string()).catch([]),
  prompt: z.string().catch(''),
  model: z.string().catch(''),
  strength: z.number().min(0).max(1).catch(0.6),
  feather: z.number().catch(8),
  onlyMasked: z.boolean().catch(false),
  padding: z.number().catch(32),
  /** with what the new margins of an extended picture begin */
  fill: z.enum(['edges', 'nothing']).catch('nothing'),
  negativePrompt: z.string().catch(''),
  /** null: as the model is usually run */
  steps: z.number().int().nullable().catch(null),
  guidanceScale: z.number().nullable().catch(null),
  /** "" is a new one for every result */
  seed: z.string().catch(''),
})

const galleryDraftSchema = z.object({
  tileSize: z.number().min(96).max(360).catch(176),
  details: z.boolean().catch(true),
  sort: z.enum(['newest', 'oldest']).catch('newest'),
  group: z.enum(['day', 'month', 'none']).catch('day'),
  /** the list of views, albums and saved searches beside the pictures */
  panel: z.boolean().catch(true),
  /** seconds that a slideshow shows each picture */
  seconds: z.number().min(1).max(60).catch(4),
})

export type EditDraft = z.output<typeof editDraftSchema>
export type GalleryDraft = z.output<typeof galleryDraftSchema>

/** All that the screens share. Null is "not asked yet". */
export type StudioState = {
  api: Api
  toasts: Toasts
  info: Store<AppInfo | null>
  settings: Store<Settings>
  /** the settings are those of the library, no longer the usual ones */
  settingsKnown: Store<boolean>
  /** what lies over the screens */
  overlay: Store<'help' | 'news' | 'tour' | null>
  models: Store<readonly Model[] | null>
  jobs: Store<readonly Job[]>
  paused: Store<boolean>
  seal: Store<Seal | null>
  /** grows with every change of the library, so that open lists ask again */
  library: Store<number>
  screen: Store<Screen>
  create: Draft<CreateDraft>
  edit: Draft<EditDraft>
  editWork: Store<EditWork>
  gallery: Draft<GalleryDraft>
  galleryLeft: Store<GalleryLeft>
  /** styles and quick actions that somebody added */
  ownStyles: Draft<z.output<typeof ownStylesSchema>>
  ownActions: Draft<z.output<typeof ownActionsSchema>>
  /** lists of words for prompts */
  wildcards: Store<readonly Wildcard[]>
  /** Create makes one picture after the other until it is told to stop */
  forever: Store<boolean>
  /** prompts and pictures of now stay in memory */
  incognito: Store<boolean>
  /** Begins such a session, or erases it. */
  setIncognito(on: boolean): Promise<void>
  /** what was chosen and deleted with everything else: this window still reads its receipt so */
  lookBefore: Store<Partial<Pick<Settings, 'language' | 'theme'>>>
  /** the picture that Create shows, null for the newest or what is being made */
  shown: Store<string | null>
  /** A picture goes to Edit; what is being done to the one that is there already stays. */
  startEditing(picture: string): void
  changeSettings(change: SettingsChange): Promise<void>
  /** Reads everything again: at the start, and after the connection was lost. */
  refresh(): Promise<void>
  /** The vault was opened: everything is asked again, drafts too. */
  reopen(): Promise<void>
  /** The vault was locked: what this window still remembers of it goes. */
  forgetShown(): void
  /** After everything was deleted: no draft of this window may be written back. */
  forget(): void
}

export function createStudioState(api: Api): StudioState {
  /** what was being edited before an incognito session */
  let heldWork = noEditWork
  const state: StudioState = {
    api,
    toasts: createToasts(),
    info: createStore<AppInfo | null>(null),
    settings: createStore<Settings>(defaultSettings),
    settingsKnown: createStore(false),
    overlay: createStore<'help' | 'news' | 'tour' | null>(null),
    models: createStore<readonly Model[] | null>(null),
    jobs: createStore<readonly Job[]>([]),
    paused: createStore(false),
    seal: createStore<Seal | null>(null),
    library: createStore(0),
    screen: createStore<Screen>(screenOf(globalThis.location?.hash ?? '')),
    create: createDraft(api, 'create', createDraftSchema),
    edit: createDraft(api, 'edit', editDraftSchema),
    editWork: createStore<EditWork>(noEditWork),
    gallery: createDraft(api, 'gallery', galleryDraftSchema),
    galleryLeft: createStore(galleryStart),
    ownStyles: createDraft(api, 'styles', ownStylesSchema),
    ownActions: createDraft(api, 'actions', ownActionsSchema),
    wildcards: createStore<readonly Wildcard[]>([]),
    forever: createStore(false),
    lookBefore: createStore<Partial<Pick<Settings, 'language' | 'theme'>>>({}),
    shown: createStore<string | null>(null),
    incognito: createStore(false),
    async setIncognito(on) {
      if (on) {
        for (const draft of [state.create, state.edit]) draft.hold()
        heldWork = state.editWork.get()
        state.editWork.set(noEditWork)
      } else {
        const answer = await api.call('incognito.end', null)
        if (!answer.ok) return state.toasts.fail(answer.failure)
        for (const draft of [state.create, state.edit]) draft.release()
        state.editWork.set(heldWork)
      }
      state.shown.set(null)
      state.incognito.set(on)
    },
    startEditing(picture) {
      if (state.edit.get().pictures.at(-1) === picture) return
      state.edit.change((draft) => ({ ...draft, pictures: [picture] }))
      state.editWork.change(workOnAnother)
    },
    async changeSettings(change) {
      if (change.language !== undefined || change.theme !== undefined) state.lookBefore.set({})
      state.settings.change((settings) => ({ ...settings, ...definedOf(change) }))
      const answer = await api.call('settings.change', change)
      if (answer.ok) state.settings.set(answer.value)
      else state.toasts.fail(answer.failure)
    },
    async refresh() {
      // Each as it comes: the first look at the models may take a second, and nothing waits for it.
      await Promise.all([
        api.call('app.info', null).then((info) => info.ok && state.info.set(info.value)),
        api.call('settings.get', null).then((settings) => {
          if (!settings.ok) return
          state.settings.set(settings.value)
          state.settingsKnown.set(true)
        }),
        api.call('models.list', null).then((models) => models.ok && state.models.set(models.value)),
        api
          .call('jobs.list', null)
          .then((list) => list.ok && state.jobs.set(list.value.reduce<Job[]>(putJob, []))),
        askWildcards(state),
        api.call('queue.state', null).then((queue) => queue.ok && state.paused.set(queue.value.paused)),
        api.call('privacy.seal', null).then((seal) => seal.ok && state.seal.set(seal.value)),
        // The page was opened again in the middle of such a session: it goes on.
        api.call('incognito.state', null).then((secret) => {
          if (secret.ok && secret.value.active && !state.incognito.get()) void state.setIncognito(true)
        }),
      ])
      state.library.change((version) => version + 1)
    },
    async reopen() {
      await Promise.all(draftsOf(state).map((draft) => draft.load()))
      await state.refresh()
    },
    forgetShown() {
      forgetCovers()
      state.toasts.list.set([])
      forgetDrafts()
      state.jobs.set([])
      state.models.set(null)
      state.shown.set(null)
      state.galleryLeft.set(galleryStart)
    },
    forget() {
      // An undo would bring back what was just deleted.
      state.toasts.list.set([])
      state.shown.set(null)
      state.galleryLeft.set(galleryStart)
      forgetDrafts()
      void state.refresh()
    },
  }
  function forgetDrafts() {
    for (const draft of draftsOf(state)) draft.forget()
    heldWork = noEditWork
    state.editWork.set(noEditWork)
  }
  listen(state)
  return state
}

const draftsOf = ({ create, edit, gallery, ownStyles, ownActions }: StudioState) => [
  create,
  edit,
  gallery,
  ownStyles,
  ownActions,
]

function listen(state: StudioState) {
  const { api, jobs, library } = state
  const changed = () => library.change((version) => version + 1)
  api.on('job.changed', (job) => jobs.change((list) => putJob(list, job)))
  api.on('job.removed', ({ id }) => jobs.change((list) => list.filter((job) => job.id !== id)))
  api.on(
    'app.changed',
    () => void api.call('app.info', null).then((info) => info.ok && state.info.set(info.value)),
  )
  api.on('incognito.changed', changed)
  api.on('queue.changed', ({ paused }) => state.paused.set(paused))
  api.on('image.added', changed)
  api.on('images.changed', changed)
  api.on('collections.changed', changed)
  api.on('library.emptying', () => {
    const { language, theme } = state.settings.get()
    // 'library.emptying' comes many times, and once more when nothing is left of the choice.
    state.lookBefore.change((before) => ({
      ...before,
      ...(language !== 'system' && { language }),
      ...(theme !== 'system' && { theme }),
    }))
  })
  api.on('library.emptied', () => {
    state.shown.set(null)
    state.jobs.set([])
    state.galleryLeft.set(galleryStart)
    changed()
  })
  api.on(
    'models.changed',
    () => void api.call('models.list', null).then((models) => models.ok && state.models.set(models.value)),
  )
  const askInfo = () => api.call('app.info', null).then((info) => info.ok && state.info.set(info.value))
  api.on('app.changed', () => void askInfo())
  api.on('vault.changed', (vault) => {
    state.info.change((info) => info && { ...info, vault })
    if (vault.state === 'open') void state.reopen()
    else state.forgetShown()
  })
  api.on('wildcards.changed', () => void askWildcards(state))
  api.on('settings.changed', (settings) => state.settings.set(settings))
  api.on(
    'network.blocked',
    () => void api.call('privacy.seal', null).then((seal) => seal.ok && state.seal.set(seal.value)),
  )
}

async function askWildcards({ api, wildcards }: StudioState) {
  const answer = await api.call('wildcards.list', null)
  if (answer.ok) wildcards.set(answer.value)
}

/** The values that a change really names: `undefined` would otherwise erase what is there. */
function definedOf(change: SettingsChange): Partial<Settings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

export function screenOf(hash: string): Screen {
  const name = hash.replace(/^#\/?/, '')
  return screens.find((screen) => screen === name) ?? 'create'
}

export const StudioContext = createContext<StudioState | null>(null)

export function useStudio(): StudioState {
  const studio = useContext(StudioContext)
  if (!studio) throw new Error('useStudio outside of the studio')
  return studio
}
