import './zod-jitless'
import './theme/tokens.css'
import './theme/base.css'
import './components/controls.css'
import './components/fields.css'
import './components/overlays.css'
import './shell/shell.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createApi } from './api'
import { App } from './shell/app'
import { keepDrafts } from './state/drafts-flush'
import { askingFirst } from './state/rule-question'
import { createStudioState } from './state/studio'

const token = document.querySelector<HTMLMetaElement>('meta[name="sanggar-token"]')?.content ?? ''
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')

const studio = createStudioState(askingFirst(createApi(token)))
keepDrafts(studio)
void Promise.all(
  [studio.create, studio.edit, studio.gallery, studio.ownStyles, studio.ownActions].map((draft) =>
    draft.load(),
  ),
)
void studio.refresh()

// Events are news, not commands: after a reconnect everything is asked again.
let lost = false
studio.api.connection.subscribe(() => {
  const now = studio.api.connection.get()
  if (now === 'open' && lost) void studio.refresh()
  lost = now === 'lost'
})

createRoot(root).render(
  <StrictMode>
    <App studio={studio} />
  </StrictMode>,
)
