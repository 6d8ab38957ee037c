import type Sharp from 'sharp'

let loaded: Promise<{ default: typeof Sharp }> | undefined

/** sharp, loaded with the first picture: libvips takes 80 ms that no start should wait for. */
export async function loadSharp() {
  loaded ??= import('sharp')
  const { default: sharp } = await loaded
  // Pixels stay in this process: libvips would otherwise spill large pictures into the system's temporary folder.
  sharp.cache(false)
  return sharp
}
