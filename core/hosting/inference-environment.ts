/**
 * The whole environment of the inference process, given at spawn.
 *
 * [Note: Telemetry switch] Official builds of ONNX Runtime from 1.29 on collect usage data and send it, and read
 * the switch from the real process environment only: in a worker thread, or set later from JavaScript, it has no
 * effect. The pinned 1.27.0 has no such code; the switch stays, so that no update can bring it back unnoticed.
 * HOME is not passed on: native code that wants to leave something there finds no address.
 */
export function inferenceEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const own: Record<string, string> = { ORT_DISABLE_TELEMETRY: '1', ORT_TELEMETRY_DISABLED: '1' }
  // Windows cannot load its own libraries without the last two.
  for (const name of ['PATH', 'Path', 'SystemRoot', 'windir']) {
    const value = env[name]
    if (value !== undefined) own[name] = value
  }
  return own
}
