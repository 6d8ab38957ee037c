import { enableCompileCache, flushCompileCache } from 'node:module'
import { constants, setPriority } from 'node:os'
import path from 'node:path'
import { missingTelemetrySwitches } from './environment.ts'

/*
 * The inference process. The runtime's library must not even be loaded without the telemetry switch
 * (see [Note: Telemetry switch] in core/hosting/inference-environment.ts), hence the import after the check.
 */
const missing = missingTelemetrySwitches(process.env)
if (missing.length > 0) {
  console.error(`error: ${missing.join(', ')} must be set to 1 when the inference process is started`)
  process.exit(78)
}
// It takes every core there is: windows, and all else that a person does meanwhile, come first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
// As in cli/main.ts; unit tests run the sources and keep nothing.
if (!import.meta.filename.endsWith('.ts')) {
  enableCompileCache(path.resolve(import.meta.dirname, '..', 'compiled'))
}
const { serve } = await import('./running/serve.ts')
serve()
// It may be killed at any time, and then keeps nothing.
flushCompileCache()
