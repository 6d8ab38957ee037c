import { ensureBuilt } from '../scripts/build.mjs'

/** The tests run what people run: the bundle, and never an older one than the sources. */
export default async function buildFirst(): Promise<void> {
  if (!(await ensureBuilt(process.execPath))) throw new Error('the build failed; see above')
}
