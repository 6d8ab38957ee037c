const files = import.meta.glob<string>('../../resources/examples/*.webp', {
  eager: true,
  query: '?url',
  import: 'default',
})

/** As scripts/example-pictures.mjs names them. */
const nameOf = (prompt: string): string =>
  prompt
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replaceAll(/^-|-$/g, '')

/** The address of what the starter made of one of its examples; undefined for those of other models. */
export const examplePicture = (prompt: string): string | undefined =>
  files[`../../resources/examples/${nameOf(prompt)}.webp`]

export const pictureCount = Object.keys(files).length
