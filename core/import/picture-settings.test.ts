import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { withText } from '../export/png-chunks.ts'
import { parseComfyGraph } from './comfy-graph.ts'
import { readUserComment } from './exif-comment.ts'
import { parseParameters } from './parameters-text.ts'
import { readPictureSettings } from './picture-settings.ts'

const blank = () => sharp({ create: { width: 8, height: 8, channels: 3, background: '#345' } })
const png = async (texts: Record<string, string>) => {
  let file: Buffer = await blank().png().toBuffer()
  for (const [keyword, text] of Object.entries(texts)) file = withText(file, keyword, text)
  return file
}

const parameters = [
  'a red boat, (sea:1.2)',
  'second line: with colon',
  'Negative prompt: blurry,',
  'ugly',
  'Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 123456789012, Size: 512x768, ' +
    'Model: "a, b", Denoising strength: 0.55, Lora hashes: "x: 1, y: 2", Version: v1.9.4',
].join('\n')

const read = {
  prompt: 'a red boat, (sea:1.2)\nsecond line: with colon',
  negativePrompt: 'blurry,\nugly',
  seed: '123456789012',
  steps: 20,
  guidanceScale: 7,
  scheduler: 'DPM++ 2M Karras',
  model: 'a, b',
  strength: 0.55,
  width: 512,
  height: 768,
}

describe('settings in pictures of other programs', () => {
  it('A1111 in PNG, also when the text is not Latin-1', async () => {
    expect(await readPictureSettings(await png({ parameters }))).toEqual({ program: 'A1111', ...read })
    const settings = await readPictureSettings(
      await png({ parameters: parameters.replace('boat', 'perahu 🚤') }),
    )
    expect(settings?.prompt).toContain('perahu 🚤')
  })

  it('A1111 in JPEG and WebP, as EXIF UserComment', async () => {
    const withComment = blank().withExif({ IFD2: { UserComment: parameters } })
    for (const file of [
      await withComment.clone().jpeg().toBuffer(),
      await withComment.clone().webp().toBuffer(),
    ]) {
      expect(await readPictureSettings(file)).toEqual({ program: 'A1111', ...read })
    }
  })

  it('a UserComment in UTF-16 of either order, and none that points outside', () => {
    for (const big of [true, false]) {
      const text = Buffer.from('perahu 🚤', 'utf16le')
      const body = Buffer.concat([Buffer.from('UNICODE\0'), big ? text.swap16() : text])
      // "II", 42, IFD0 at 8 with the EXIF pointer to 26; there the comment at 44.
      const tiff = Buffer.alloc(44)
      tiff.write('II*\0', 'latin1')
      tiff.writeUInt32LE(8, 4)
      tiff.writeUInt16LE(1, 8)
      tiff.writeUInt16LE(0x8769, 10)
      tiff.writeUInt32LE(26, 18)
      tiff.writeUInt16LE(1, 26)
      tiff.writeUInt16LE(0x9286, 28)
      tiff.writeUInt32LE(body.length, 32)
      tiff.writeUInt32LE(44, 36)
      expect(readUserComment(Buffer.concat([tiff, body]))).toBe('perahu 🚤')
      tiff.writeUInt32LE(0xfffffff0, 18)
      expect(readUserComment(Buffer.concat([tiff, body]))).toBeUndefined()
    }
  })

  it('ComfyUI: follows the wires from the sampler', async () => {
    const graph = {
      3: {
        class_type: 'KSampler',
        inputs: {
          seed: ['9', 0],
          steps: 25,
          cfg: 6.5,
          sampler_name: 'euler',
          denoise: 0.7,
          model: ['10', 0],
          positive: ['6', 0],
          negative: ['7', 0],
          latent_image: ['5', 0],
        },
      },
      4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'folder/dream.safetensors' } },
      5: { class_type: 'EmptyLatentImage', inputs: { width: 640, height: 448 } },
      6: { class_type: 'ConditioningCombine', inputs: { conditioning_1: ['8', 0] } },
      7: { class_type: 'CLIPTextEncode', inputs: { text: 'bad' } },
      8: { class_type: 'CLIPTextEncode', inputs: { text: 'a good boat', clip: ['4', 1] } },
      9: { class_type: 'PrimitiveInt', inputs: { value: 77 } },
      10: { class_type: 'LoraLoader', inputs: { model: ['4', 0] } },
    }
    expect(await readPictureSettings(await png({ prompt: JSON.stringify(graph) }))).toEqual({
      program: 'ComfyUI',
      prompt: 'a good boat',
      negativePrompt: 'bad',
      seed: '77',
      steps: 25,
      guidanceScale: 6.5,
      scheduler: 'euler',
      strength: 0.7,
      model: 'dream',
      width: 640,
      height: 448,
    })
  })

  it('a cyclic graph ends', () => {
    const loop = { class_type: 'Reroute', inputs: { a: ['2', 0] } }
    const graph = { 1: { class_type: 'KSampler', inputs: { positive: ['2', 0] } }, 2: loop }
    expect(parseComfyGraph(JSON.stringify(graph))?.prompt).toBe('')
  })

  it('InvokeAI, Fooocus, Stability Matrix, NovelAI', async () => {
    const invoke = { positive_prompt: 'p', negative_prompt: 'n', seed: 5, cfg_scale: 7, model: { name: 'm' } }
    expect(await readPictureSettings(await png({ invokeai_metadata: JSON.stringify(invoke) }))).toMatchObject(
      {
        program: 'InvokeAI',
        prompt: 'p',
        seed: '5',
        model: 'm',
      },
    )
    const fooocus = { prompt: 'p', negative_prompt: 'n', seed: '6', base_model: 'xl', steps: 30 }
    expect(
      await readPictureSettings(
        await png({ parameters: JSON.stringify(fooocus), fooocus_scheme: 'fooocus' }),
      ),
    ).toMatchObject({ program: 'Fooocus', seed: '6', model: 'xl', steps: 30 })
    const matrix = { PositivePrompt: 'p', Seed: 8, ModelName: 's', Width: 512 }
    expect(await readPictureSettings(await png({ 'parameters-json': JSON.stringify(matrix) }))).toMatchObject(
      {
        program: 'Stability Matrix',
        width: 512,
      },
    )
    const novel = { uc: 'n', seed: 9, scale: 5, sampler: 'k_euler' }
    expect(
      await readPictureSettings(await png({ Comment: JSON.stringify(novel), Description: 'a cat' })),
    ).toMatchObject({ program: 'NovelAI', prompt: 'a cat', seed: '9' })
  })

  it('nothing is nothing', async () => {
    expect(await readPictureSettings(await png({}))).toBeUndefined()
    expect(parseParameters('just a caption')).toBeUndefined()
    expect(await readPictureSettings(Buffer.from('text'))).toBeUndefined()
  })

  it('never throws, whatever stands in the chunks', async () => {
    const texts = fc.record({
      keyword: fc.constantFrom('parameters', 'prompt', 'invokeai_metadata', 'Comment', 'parameters-json'),
      text: fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
      cut: fc.nat(400),
    })
    const base = await blank().png().toBuffer()
    await fc.assert(
      fc.asyncProperty(texts, async ({ keyword, text, cut }) => {
        await readPictureSettings(withText(base, keyword, text).subarray(0, 60 + cut))
      }),
      { numRuns: 200 },
    )
  })
})
