import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

/** A picture as another program leaves it, and what its details should say afterwards. */
export type OthersPicture = { file: string; program: string; prompt: string; seed: string }

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** tEXt chunks before the pixels (PNG specification, 11.3.3). */
function withTexts(png: Buffer, texts: Record<string, string>): Buffer {
  const chunks = Object.entries(texts).map(([keyword, text]) =>
    chunk('tEXt', Buffer.concat([Buffer.from(`${keyword}\0`, 'latin1'), Buffer.from(text)])),
  )
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])
}

function drawing(hue: number): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="384" height="288">
    <rect width="100%" height="100%" fill="hsl(${hue},45%,62%)"/>
    <circle cx="280" cy="90" r="46" fill="hsl(${hue + 40},80%,75%)"/>
    <path d="M0 210 Q96 ${150 + (hue % 40)} 192 210 T384 210 V288 H0Z" fill="hsl(${hue + 180},40%,38%)"/></svg>`
  return sharp(Buffer.from(svg))
}

const parameters = (prompt: string, seed: number, more = 'Version: v1.10.1') =>
  `${prompt}\nNegative prompt: blurry\nSteps: 22, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, ` +
  `Seed: ${seed}, Size: 384x288, Model: dreamy_v3, ${more}`

/** ComfyUI's API graph: the sampler's wires lead to the rest. */
const comfyGraph = (prompt: string, seed: number) =>
  JSON.stringify({
    3: {
      class_type: 'KSampler',
      inputs: {
        seed,
        steps: 22,
        cfg: 6.5,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
        model: ['4', 0],
        positive: ['6', 0],
        negative: ['7', 0],
        latent_image: ['5', 0],
      },
    },
    4: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'dreamy_v3.safetensors' } },
    5: { class_type: 'EmptyLatentImage', inputs: { width: 384, height: 288, batch_size: 1 } },
    6: { class_type: 'CLIPTextEncode', inputs: { text: prompt, clip: ['4', 1] } },
    7: { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
  })

const drawThings = (json: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"><exif:UserComment><rdf:Alt>
    <rdf:li xml:lang="x-default">${json.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</rdf:li>
    </rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>`

/** One picture of each program whose settings Sanggar reads, two of them in more than one format. */
export async function writeOthersPictures(folder: string): Promise<OthersPicture[]> {
  mkdirSync(folder, { recursive: true })
  const written: OthersPicture[] = []
  const put = async (name: string, seed: number, make: (prompt: string) => Promise<Buffer>) => {
    const program = name.replace(/( in a JPEG)?\..*/, '')
    const prompt = `a harbour in the morning, as ${name.replace(/\..*/, '')} drew it`
    writeFileSync(path.join(folder, name), await make(prompt))
    written.push({ file: name, program, prompt, seed: String(seed) })
  }
  const png = async (hue: number, texts: Record<string, string>) =>
    withTexts(await drawing(hue).png().toBuffer(), texts)

  await put('A1111.png', 101, (prompt) => png(10, { parameters: parameters(prompt, 101) }))
  await put('A1111 in a JPEG.jpg', 102, (prompt) =>
    drawing(40)
      .withExif({ IFD2: { UserComment: parameters(prompt, 102) } })
      .jpeg()
      .toBuffer(),
  )
  await put('Forge.png', 103, (prompt) =>
    png(70, { parameters: parameters(prompt, 103, 'Distilled CFG Scale: 3.5, Version: f2.0.1v1.10.1') }),
  )
  await put('ComfyUI.png', 104, (prompt) => png(100, { prompt: comfyGraph(prompt, 104), workflow: '{}' }))
  await put('InvokeAI.png', 105, (prompt) =>
    png(130, {
      invokeai_metadata: JSON.stringify({
        app_version: '6.0.0',
        generation_mode: 'txt2img',
        positive_prompt: prompt,
        negative_prompt: 'blurry',
        width: 384,
        height: 288,
        seed: 105,
        cfg_scale: 6.5,
        steps: 22,
        scheduler: 'euler_a',
        model: { key: 'k', hash: 'h', name: 'dreamy_v3', base: 'sd-1', type: 'main' },
      }),
    }),
  )
  await put('Fooocus.png', 106, (prompt) =>
    png(160, {
      fooocus_scheme: 'fooocus',
      parameters: JSON.stringify({
        prompt,
        negative_prompt: 'blurry',
        seed: '106',
        steps: 22,
        guidance_scale: 6.5,
        sampler: 'dpmpp_2m_sde_gpu',
        base_model: 'dreamy_v3',
        version: 'Fooocus v2.5.5',
      }),
    }),
  )
  await put('Stability Matrix.png', 107, (prompt) =>
    png(190, {
      parameters: parameters(prompt, 107),
      'parameters-json': JSON.stringify({
        PositivePrompt: prompt,
        NegativePrompt: 'blurry',
        Steps: 22,
        Sampler: 'euler',
        CfgScale: 6.5,
        Seed: 107,
        Height: 288,
        Width: 384,
        ModelName: 'dreamy_v3',
      }),
    }),
  )
  await put('Draw Things.jpg', 108, (prompt) =>
    drawing(220)
      .withXmp(
        drawThings(
          JSON.stringify({
            c: prompt,
            uc: 'blurry',
            seed: 108,
            steps: 22,
            scale: 6.5,
            sampler: 'Euler A',
            model: 'dreamy_v3',
            size: '384x288',
          }),
        ),
      )
      .jpeg()
      .toBuffer(),
  )
  await put('NovelAI.png', 109, (prompt) =>
    png(250, {
      Title: 'AI generated image',
      Description: prompt,
      Software: 'NovelAI',
      Source: 'Stable Diffusion 1D44365E',
      Comment: JSON.stringify({
        prompt,
        steps: 22,
        height: 288,
        width: 384,
        scale: 6.5,
        seed: 109,
        sampler: 'k_euler',
        uc: 'blurry',
      }),
    }),
  )
  return written
}
