import { expect, test } from 'vitest'
import { examplePicture, pictureCount } from './example-pictures'

const [vocabulary] = Object.values(
  import.meta.glob<{ examples: Record<string, string[]> }>('../../models/starter/vocabulary.json', {
    eager: true,
    import: 'default',
  }),
)

test("each of the starter's examples has a picture, and there is no other", () => {
  const prompts = Object.values(vocabulary?.examples ?? {}).flat()
  expect(prompts.length).toBeGreaterThan(0)
  expect(prompts.filter((prompt) => examplePicture(prompt) === undefined)).toEqual([])
  expect(pictureCount).toBe(prompts.length)
  expect(examplePicture('an example of another model')).toBeUndefined()
})
