import { type Browser, type Page, _electron, test as base, expect } from '@playwright/test'
import { type Home, type Server, freshHome, plainEnvironment, root, serve } from './sanggar-process.ts'

/** One running Sanggar with its window, in whichever host the project is about. */
export type Studio = {
  page: Page
  home: Home
  /** Ends it as a person does, or as the power does, and starts it again on the same data directory. */
  restart(how?: 'stop' | 'kill'): Promise<void>
  /** what must stay empty until the end of every test */
  complaints: Complaints
  /** the process that holds the library */
  processId(): number
}

type Complaints = { requests: string[]; policy: string[]; errors: string[] }

/** What must never happen on any page, whatever the test is about. */
function watch(page: Page, ours: () => string[], complaints: Complaints): void {
  page.on('request', (request) => {
    const url = request.url()
    const inside = ['data:', 'blob:'].some((scheme) => url.startsWith(scheme))
    if (!inside && ours().every((origin) => !url.startsWith(origin))) complaints.requests.push(url)
  })
  page.on('pageerror', (error) => complaints.errors.push(error.message))
  page.on('console', (message) => {
    if (message.text().startsWith('policy violation')) complaints.policy.push(message.text())
  })
}

const reportViolations = () => {
  document.addEventListener('securitypolicyviolation', (event) => {
    console.warn(`policy violation: ${event.violatedDirective} ${event.blockedURI}`)
  })
}

export const test = base.extend<{ studio: Studio }>({
  studio: async ({ browser }, use, info) => {
    const home = freshHome()
    const complaints: Complaints = { requests: [], policy: [], errors: [] }
    const start = info.project.name === 'electron' ? startElectron : startWeb
    const studio = await start(home, complaints, browser)
    await use(studio.studio)
    await studio.end()
    home.remove()
    expect(complaints).toEqual({ requests: [], policy: [], errors: [] })
  },
})

export { expect }

type Started = { studio: Studio; end(): Promise<void> }

async function startWeb(home: Home, complaints: Complaints, browser: Browser): Promise<Started> {
  const origins: string[] = []
  let server: Server
  const open = async (page: Page) => {
    server = await serve(home)
    origins.push(server.origin)
    await page.goto(server.link)
  }
  const context = await browser.newContext({ acceptDownloads: true })
  const page = await context.newPage()
  await page.addInitScript(reportViolations)
  watch(page, () => origins, complaints)
  await open(page)
  const studio: Studio = {
    page,
    home,
    complaints,
    async restart(how = 'stop') {
      await (how === 'stop' ? server.stop() : server.kill())
      await open(page)
    },
    processId: () => server.process.pid ?? 0,
  }
  return {
    studio,
    async end() {
      await context.close()
      await server.stop()
    },
  }
}

async function startElectron(home: Home, complaints: Complaints): Promise<Started> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const launch = async () => {
    const env = { ...plainEnvironment(home.home), DISPLAY: process.env['DISPLAY'] ?? '' }
    const app = await _electron.launch({ args: [...sandbox, root, '--data', home.data], env })
    const page = await app.firstWindow()
    await page.evaluate(reportViolations)
    watch(page, () => ['sanggar://app/', 'devtools://'], complaints)
    return { app, page }
  }
  let running = await launch()
  const studio: Studio = {
    page: running.page,
    home,
    complaints,
    async restart(how = 'stop') {
      if (how === 'kill') running.app.process().kill('SIGKILL')
      await running.app.close().catch(() => undefined)
      running = await launch()
      studio.page = running.page
    },
    processId: () => running.app.process().pid ?? 0,
  }
  return { studio, end: () => running.app.close() }
}
