import { readFile } from 'node:fs/promises'
import { arch, cpus, platform } from 'node:os'

export type CpuFeatures = {
  /**
   * The largest magnitude that an 8-bit weight may have here: 127 where sums of products of bytes are exact (VNNI, AMX,
   * or not x86), else 63, because the older instruction adds two products in 16 bits and saturates.
   */
  weightLimit: 127 | 63
  /** for the keys of caches: kernels and packing depend on it */
  id: string
}

const relevant = /^(avx2|avx512f|avx512_vnni|avx_vnni|amx_int8|amx_bf16|avx512_bf16)$/

/** What of the processor decides on integer arithmetic. Linux says it; elsewhere the model name is all there is. */
export async function cpuFeatures(): Promise<CpuFeatures> {
  const model = cpus()[0]?.model ?? 'unknown'
  const info = platform() === 'linux' ? await readFile('/proc/cpuinfo', 'utf8').catch(() => '') : ''
  const flags = (/^flags\s*:\s*(.*)$/m.exec(info)?.[1] ?? '').split(' ').filter((flag) => relevant.test(flag))
  const isX86 = arch() === 'x64' || arch() === 'ia32'
  return {
    weightLimit: !isX86 || flags.some((flag) => /vnni|amx_int8/.test(flag)) ? 127 : 63,
    id: [platform(), arch(), model, ...flags.sort()].join(' '),
  }
}
