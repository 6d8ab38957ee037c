/** Builds .safetensors bytes for tests: what a file says is up to the test, sound or not. */
export type TensorSpec = { name: string; dtype: string; shape: number[]; data: Uint8Array }

export function safetensorsBytes(
  specs: TensorSpec[],
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata }
  let offset = 0
  for (const { name, dtype, shape, data } of specs) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.length] }
    offset += data.length
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  let at = 8 + json.length
  for (const { data } of specs) {
    bytes.set(data, at)
    at += data.length
  }
  return bytes
}
