// node try-app.mjs MAIN RESOURCES DATA: the packaged main process with a stand-in for Electron makes a picture over its
// own channel and its own protocol handler, with the packaged inference process. Prints the picture's size.
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const [main = '', resources = '', data = ''] = process.argv.slice(2)
const standIn = path.join(path.dirname(main), '..', '..', 'node_modules', 'electron', 'index.mjs')
const { seen } = await import(pathToFileURL(standIn).href)
Object.defineProperty(process, 'resourcesPath', { value: resources })
process.argv.splice(2, process.argv.length, '--data', data)

/** @type {Map<number, (answer: any) => void>} */
const waiting = new Map()
/** @type {(job: any) => void} */
let onJob = () => undefined
seen.onMessage = (/** @type {any} */ message) => {
  if (message.type === 'answer') waiting.get(message.id)?.(message)
  if (message.type === 'event' && message.name === 'job.changed') onJob(message.value)
}
let last = 0
/** @param {string} name @param {unknown} input @returns {Promise<any>} */
async function call(name, input) {
  const id = ++last
  const answered = new Promise((resolve) => waiting.set(id, resolve))
  seen.send({ type: 'call', id, name, input })
  const { ok, value, failure } = await answered
  if (!ok) throw new Error(`${name}: ${JSON.stringify(failure)}`)
  return value
}

const opened = new Promise((resolve) => (seen.opened = resolve))
await import(pathToFileURL(main).href)
await opened

// What must be done before Electron is ready, because afterwards it has no effect.
const ready = seen.asked.indexOf('whenReady')
for (const name of [
  'commandLine',
  'enableSandbox',
  'registerSchemesAsPrivileged',
  'requestSingleInstanceLock',
]) {
  const at = seen.asked.indexOf(name)
  if (at === -1 || at > ready) throw new Error(`${name} came too late or not at all`)
}
const [{ webPreferences }] = seen.windows
if (webPreferences.sandbox !== true || webPreferences.devTools !== false)
  throw new Error('the window is open')

const page = await seen.answer(new Request('sanggar://app/'))
if (page.status !== 200) throw new Error(`the page: ${page.status}`)
const models = await call('models.list', null)
const ended = new Promise((resolve) => {
  onJob = (job) => /^(done|failed|cancelled|interrupted)$/.test(job.state) && resolve(job)
})
await call('jobs.submit', { kind: 'generate', prompt: 'a red boat', model: 'starter', steps: 2, seed: '5' })
const job = await ended
if (job.state !== 'done') throw new Error(`the job ${job.state}: ${JSON.stringify(job.failure)}`)
const picture = await seen.answer(new Request(`sanggar://app/media/image/${job.images[0]}`))
const bytes = (await picture.arrayBuffer()).byteLength
if (picture.status !== 200 || bytes < 1000) throw new Error(`the picture: ${picture.status}, ${bytes} bytes`)
console.log(`made a picture of ${bytes} bytes with one of ${models.length} shipped models`)
process.exit(0)
