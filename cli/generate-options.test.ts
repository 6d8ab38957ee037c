import { expect, test } from 'vitest'
import { generateRequestSchema } from '../contract/generation.ts'
import { readWishes, sayWishes, wishHelp, wishes } from './generate-options.ts'
import type { StudioSession } from './studio-session.ts'

type Schema = { def: { type: string; innerType?: Schema; element?: Schema; shape?: Record<string, Schema> } }

/** Every place of the request that holds no further object: "guidance.sizes.crop.left", "controls[].scale". */
function placesOf({ def }: Schema, at: string): string[] {
  if (def.innerType !== undefined) return placesOf(def.innerType, at)
  if (def.element !== undefined) return placesOf(def.element, `${at}[]`)
  if (def.shape === undefined) return [at]
  return Object.entries(def.shape).flatMap(([key, part]) => placesOf(part, at === '' ? key : `${at}.${key}`))
}

/** Said by the command itself, or by series, which only the screens have. */
const elsewhere = /^(kind|prompt|model|image\.id|width|height|batch\..*)$/

test('everything that the contract can say has an option', () => {
  const sayable = Object.values(wishes).map(({ to }) => to)
  const all = placesOf(generateRequestSchema, '')
  expect(all).toContain('guidance.sizes.crop.left')
  const unsaid = all.filter(
    (place) => !elsewhere.test(place) && !sayable.some((to) => place === to || place.startsWith(`${to}.`)),
  )
  expect(unsaid).toEqual([])
})

test('--help names every option, in lines that fit', () => {
  for (const name of Object.keys(wishes)) expect(wishHelp).toContain(`--${name} `)
  for (const line of wishHelp.split('\n')) expect(line.length).toBeLessThanOrEqual(130)
})

/** A studio that numbers what is brought in, and knows one model. */
function session(): StudioSession {
  let brought = 0
  const answers: Record<string, unknown> = { 'models.list': [{ id: 'known', passport: { path: '/known' } }] }
  return {
    call: (name: string) => Promise.resolve(answers[name]),
    on: () => () => undefined,
    fetch: (url: string) => Promise.resolve(Response.json({ id: `${url.split('?')[0]}#${++brought}` })),
  } as unknown as StudioSession
}
const request = { kind: 'generate', prompt: 'a boat', model: 'm' } as const
const say = async (values: Parameters<typeof readWishes>[0]) =>
  generateRequestSchema.parse(await sayWishes(request, readWishes(values), session()))

test('words of the command line become words of the contract', async () => {
  const picture = import.meta.filename
  expect(
    await say({
      sampler: 'DPM++ 2M Karras',
      size: '512x768',
      variation: '18446744073709551615:0.25',
      adapter: ['known:0.8', 'my-cat'],
      rescale: '0.7',
      'guide-until': '0.6',
      'original-size': '1024x768',
      crop: '16,8',
      'negative-target-size': '512',
      control: [`${picture},model=known,scale=0.5,start=0.1,end=0.9,canny`, picture],
      'guess-mode': true,
      'only-masked': true,
      mask: picture,
    }),
  ).toMatchObject({
    scheduler: 'dpmpp-2m-karras',
    width: 512,
    height: 768,
    variation: { seed: '18446744073709551615', strength: 0.25 },
    adapters: [
      { id: 'known', scale: 0.8 },
      { id: 'my-cat', scale: 1 },
    ],
    guidance: {
      rescale: 0.7,
      truncation: 0.6,
      sizes: { original: { width: 1024, height: 768 }, crop: { left: 16, top: 8 } },
      negativeSizes: { target: { width: 512, height: 512 } },
    },
    controls: [
      { image: '/media/input#2', model: 'known', scale: 0.5, start: 0.1, end: 0.9, preprocess: 'canny' },
      { image: '/media/input#3', scale: 1, start: 0, end: 1, preprocess: 'none' },
    ],
    guessMode: true,
    mask: { id: '/media/mask#1', onlyMasked: true, feather: 8 },
  })
})

test('what was not said is left to the contract', async () => {
  expect(await sayWishes(request, readWishes({}), session())).toEqual(request)
})

test.each([
  [{ variation: 'often' }, /^--variation wants/],
  [{ crop: '5' }, /^--crop wants/],
  [{ upscale: '3' }, /^--upscale is/],
  [{ control: ['a.png,scal=1'] }, /^--control does not know "scal=1"/],
  [{ control: ['a.png,scale=much'] }, /wants a number/],
  [{ resize: 'squeeze' }, /^--resize is one of/],
  [{ rescale: 'x' }, /^--rescale wants a number/],
])('%j is bad usage', (values, problem) => {
  expect(() => readWishes(values)).toThrow(problem)
})
