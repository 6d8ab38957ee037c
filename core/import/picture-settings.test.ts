import { gzipSync } from 'node:zlib'
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

  it('ComfyUI in WebP, and the canvas graph where there is no other', async () => {
    const graph = {
      3: { class_type: 'KSampler', inputs: { seed: 5, steps: 9, positive: ['6', 0] } },
      6: { class_type: 'CLIPTextEncode', inputs: { text: 'a boat' } },
    }
    const webp = await blank()
      .withExif({ IFD0: { Make: 'workflow:{"nodes":[]}', Model: `prompt:${JSON.stringify(graph)}` } })
      .webp()
      .toBuffer()
    expect(await readPictureSettings(webp)).toMatchObject({
      program: 'ComfyUI',
      prompt: 'a boat',
      seed: '5',
    })
    const workflow = {
      nodes: [
        {
          id: 3,
          type: 'KSampler',
          inputs: [
            { name: 'positive', link: 1 },
            { name: 'negative', link: 2 },
            { name: 'latent_image', link: 3 },
            { name: 'model', link: 4 },
          ],
          widgets_values: [77, 'randomize', 21, 6.5, 'euler', 'normal', 0.5],
        },
        { id: 6, type: 'CLIPTextEncode', inputs: [{ name: 'clip', link: null }], widgets_values: ['a lake'] },
        { id: 7, type: 'CLIPTextEncode', widgets_values: ['bad'] },
        { id: 5, type: 'EmptyLatentImage', widgets_values: [640, 384, 1] },
        { id: 4, type: 'CheckpointLoaderSimple', widgets_values: ['dream.safetensors'] },
      ],
      links: [
        [1, 6, 0, 3, 1, 'CONDITIONING'],
        [2, 7, 0, 3, 2, 'CONDITIONING'],
        [3, 5, 0, 3, 3, 'LATENT'],
        [4, 4, 0, 3, 0, 'MODEL'],
      ],
    }
    expect(await readPictureSettings(await png({ workflow: JSON.stringify(workflow) }))).toEqual({
      program: 'ComfyUI',
      prompt: 'a lake',
      negativePrompt: 'bad',
      seed: '77',
      steps: 21,
      guidanceScale: 6.5,
      scheduler: 'euler',
      strength: 0.5,
      model: 'dream',
      width: 640,
      height: 384,
    })
    expect(await readPictureSettings(await png({ workflow: '{"nodes":[]}' }))).toBeUndefined()
  })

  it('Fooocus in its second scheme and in JPEG, Forge, and what only the graph of InvokeAI says', async () => {
    const second = 'a fox\nNegative prompt: bad\nSteps: 30, Sampler: DPM++ 2M SDE, Seed: 4, Size: 8x8, '
    const named = await png({ parameters: `${second}Version: Fooocus v2.5.5`, fooocus_scheme: 'a1111' })
    expect(await readPictureSettings(named)).toMatchObject({ program: 'Fooocus', prompt: 'a fox', seed: '4' })
    const forge = await png({ parameters: `${second}Version: f2.0.1v1.10.1` })
    expect(await readPictureSettings(forge)).toMatchObject({ program: 'Forge', steps: 30 })
    const json = {
      prompt: 'p',
      negative_prompt: 'n',
      seed: '6',
      base_model: 'xl',
      metadata_scheme: 'fooocus',
    }
    const jpeg = await blank()
      .withExif({ IFD2: { UserComment: JSON.stringify(json) } })
      .jpeg()
      .toBuffer()
    expect(await readPictureSettings(jpeg)).toMatchObject({ program: 'Fooocus', model: 'xl', seed: '6' })
    const graph = {
      nodes: { a: { type: 'noise' }, m: { type: 'core_metadata', positive_prompt: 'p', seed: 3 } },
    }
    const invoke = await png({ invokeai_graph: JSON.stringify(graph) })
    expect(await readPictureSettings(invoke)).toMatchObject({ program: 'InvokeAI', prompt: 'p', seed: '3' })
    const older = {
      image: { prompt: [{ prompt: 'old', weight: 1 }], seed: 2, cfg_scale: 7 },
      model_weights: 'm',
    }
    expect(await readPictureSettings(await png({ 'sd-metadata': JSON.stringify(older) }))).toMatchObject({
      program: 'InvokeAI',
      prompt: 'old',
      model: 'm',
    })
  })

  it('Draw Things, in XMP', async () => {
    const json = {
      c: 'a <b> & "c"',
      uc: 'n',
      seed: 12,
      steps: 8,
      scale: 4.5,
      size: '512x768',
      model: 'm.ckpt',
    }
    const escaped = JSON.stringify(json)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
    const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/"><exif:UserComment><rdf:Alt>
      <rdf:li xml:lang="x-default">${escaped}</rdf:li></rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>`
    expect(await readPictureSettings(await blank().withXmp(packet).jpeg().toBuffer())).toMatchObject({
      program: 'Draw Things',
      prompt: 'a <b> & "c"',
      negativePrompt: 'n',
      seed: '12',
      guidanceScale: 4.5,
      width: 512,
      height: 768,
    })
  })

  it('NovelAI in the alpha channel, where the text chunks are gone', async () => {
    const comment = JSON.stringify({ prompt: 'a cat', uc: 'n', seed: 9, scale: 5, sampler: 'k_euler' })
    const words = JSON.stringify({ Software: 'NovelAI', Description: 'a cat', Comment: comment })
    const hidden = async (text: Buffer, signature: string, side = 64) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(text.length * 8)
      const bytes = Buffer.concat([Buffer.from(signature), length, text])
      const rgba = Buffer.alloc(side * side * 4, 200)
      for (let pixel = 0; pixel < side * side; pixel++) {
        const bit = pixel < bytes.length * 8 ? ((bytes[pixel >> 3] ?? 0) >> (7 - (pixel & 7))) & 1 : 1
        rgba[((pixel % side) * side + Math.floor(pixel / side)) * 4 + 3] = 254 | bit
      }
      return sharp(rgba, { raw: { width: side, height: side, channels: 4 } })
        .png()
        .toBuffer()
    }
    const wanted = { program: 'NovelAI', prompt: 'a cat', seed: '9', guidanceScale: 5 }
    const packed = gzipSync(words)
    expect(await readPictureSettings(await hidden(packed, 'stealth_pngcomp'))).toMatchObject(wanted)
    const lossless = sharp(await hidden(packed, 'stealth_pngcomp')).webp({
      lossless: true,
      exact: true,
    })
    expect(await readPictureSettings(await lossless.toBuffer())).toMatchObject(wanted)
    expect(
      await readPictureSettings(await hidden(Buffer.from(parameters), 'stealth_pnginfo', 96)),
    ).toMatchObject(read)
    expect(await readPictureSettings(await hidden(packed.subarray(0, 20), 'stealth_pngcomp'))).toBeUndefined()
    expect(await readPictureSettings(await hidden(packed, 'stealth_pngcomq'))).toBeUndefined()
  })

  it('A1111 in the comment of a GIF', async () => {
    const gif = await blank().gif().toBuffer()
    const text = Buffer.from(parameters)
    const blocks = [text.subarray(0, 255), text.subarray(255)].map((part) =>
      Buffer.concat([Buffer.from([part.length]), part]),
    )
    const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), ...blocks, Buffer.from([0])])
    const end = gif.lastIndexOf(0x3b)
    const file = Buffer.concat([gif.subarray(0, end), comment, gif.subarray(end)])
    expect(await readPictureSettings(file)).toMatchObject(read)
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
      { numRuns: 60 },
    )
  })
})
