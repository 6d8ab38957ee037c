import type Sharp from 'sharp'

let loaded: Promise<typeof Sharp> | undefined

/** sharp, loaded with the first picture: libvips takes 80 ms that no start should wait for. */
export function loadSharp(): Promise<typeof Sharp> {
  return (loaded ??= load())
}

async function load(): Promise<typeof Sharp> {
  const { default: sharp } = await import('sharp')
  // Pixels stay in this process: libvips would otherwise spill large pictures into the system's temporary folder.
  sharp.cache(false)
  return sharp
}
