const quote = 0x22
const backslash = 0x5c

function endOfString(json: Uint8Array, start: number): number {
  for (let i = start + 1; i < json.length; i++) {
    if (json[i] === backslash) i++
    else if (json[i] === quote) return i
  }
  return json.length
}

/**
 * The first key that the outermost object (or one of the objects directly in it) names twice, or undefined.
 * `json` must already be known to parse.
 */
export function duplicateKey(json: Uint8Array): string | undefined {
  const decoder = new TextDecoder()
  const seen: Set<string>[] = []
  // Whether the next string is a key: after `{` or `,` in an object.
  const inObject: boolean[] = []
  let expectKey = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (byte === quote) {
      const end = endOfString(json, i)
      const keys = seen.at(-1)
      if (expectKey && keys !== undefined) {
        const key = JSON.parse(decoder.decode(json.subarray(i, end + 1))) as string
        if (keys.has(key)) return key
        keys.add(key)
      }
      expectKey = false
      i = end
    } else if (byte === 0x7b || byte === 0x5b) {
      inObject.push(byte === 0x7b)
      seen.push(new Set())
      expectKey = byte === 0x7b
    } else if (byte === 0x7d || byte === 0x5d) {
      inObject.pop()
      seen.pop()
      expectKey = false
    } else if (byte === 0x2c) {
      expectKey = inObject.at(-1) === true
    }
  }
  return undefined
}
