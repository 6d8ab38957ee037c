/**
 * [Note: Memory that comes back] glibc raises the size from which it maps memory of its own with every block that is
 * freed, up to 32 MB, and keeps what is smaller: of a text encoder of 5 GB that was let go, 4.6 GB stayed. With the
 * size fixed, 0.1 GB stay. But then every such block comes in fresh pages, which the system clears one by one, and on a
 * virtual machine that took four times as long as packing the weights. So only matrices are mapped, in pages of 2 MB
 * (docs/performance.md). Other C libraries do not read these names.
 */
const memoryThatComesBack = {
  MALLOC_MMAP_THRESHOLD_: String(2 << 20),
  MALLOC_TRIM_THRESHOLD_: String(8 << 20),
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
}

/**
 * The whole environment of the inference process, given at spawn.
 *
 * [Note: Telemetry switch] Official builds of ONNX Runtime from 1.29 on collect usage data and send it, and read
 * the switch from the real process environment only: in a worker thread, or set later from JavaScript, it has no
 * effect. The pinned 1.27.0 has no such code; the switch stays, so that no update can bring it back unnoticed.
 * HOME is not passed on: native code that wants to leave something there finds no address.
 */
export function inferenceEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const own: Record<string, string> = {
    ORT_DISABLE_TELEMETRY: '1',
    ORT_TELEMETRY_DISABLED: '1',
    ...memoryThatComesBack,
  }
  // Windows cannot load its own libraries without the last two.
  for (const name of ['PATH', 'Path', 'SystemRoot', 'windir']) {
    const value = env[name]
    if (value !== undefined) own[name] = value
  }
  return own
}
