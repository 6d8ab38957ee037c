/** Samplers by the names that people know; the ids go over the wire. What each does is inference/schedulers' matter. */
export const samplerNames = {
  euler: 'Euler',
  'euler-karras': 'Euler Karras',
  'euler-exponential': 'Euler Exponential',
  'euler-beta': 'Euler Beta',
  'euler-stochastic': 'Euler Stochastic',
  'euler-a': 'Euler a',
  'dpmpp-2m': 'DPM++ 2M',
  'dpmpp-2m-karras': 'DPM++ 2M Karras',
  'dpmpp-2m-exponential': 'DPM++ 2M Exponential',
  'dpmpp-2m-beta': 'DPM++ 2M Beta',
  'dpmpp-2m-sde': 'DPM++ 2M SDE',
  'dpmpp-2m-sde-karras': 'DPM++ 2M SDE Karras',
  'dpmpp-2m-sde-exponential': 'DPM++ 2M SDE Exponential',
  'dpmpp-3m': 'DPM++ 3M',
  'dpmpp-3m-karras': 'DPM++ 3M Karras',
  'dpmpp-3m-sde': 'DPM++ 3M SDE',
  'dpmpp-3m-sde-karras': 'DPM++ 3M SDE Karras',
  'dpmpp-3m-sde-exponential': 'DPM++ 3M SDE Exponential',
  'dpmpp-2s': 'DPM++ 2S',
  'dpmpp-2s-karras': 'DPM++ 2S Karras',
  'dpmpp-sde': 'DPM++ SDE',
  'dpmpp-sde-karras': 'DPM++ SDE Karras',
  unipc: 'UniPC',
  'unipc-karras': 'UniPC Karras',
  deis: 'DEIS',
  'deis-karras': 'DEIS Karras',
  heun: 'Heun',
  'heun-karras': 'Heun Karras',
  dpm2: 'DPM2',
  'dpm2-karras': 'DPM2 Karras',
  'dpm2-a': 'DPM2 a',
  'dpm2-a-karras': 'DPM2 a Karras',
  lms: 'LMS',
  'lms-karras': 'LMS Karras',
  ddim: 'DDIM',
  ddpm: 'DDPM',
  pndm: 'PNDM',
  lcm: 'LCM',
  tcd: 'TCD',
} as const

export type SamplerId = keyof typeof samplerNames

const ids = Object.keys(samplerNames) as SamplerId[]

export function isSamplerId(text: string): text is SamplerId {
  return Object.hasOwn(samplerNames, text)
}

/** What is shown for an id; an unknown one stands for itself. */
export function samplerName(id: string): string {
  return isSamplerId(id) ? samplerNames[id] : id
}

/** Other spellings, squeezed; families whose own names no rule leads to ours. */
const aliases = new Map<string, SamplerId>(
  Object.entries({
    plms: 'pndm',
    pndmscheduler: 'pndm',
    kdpm2: 'dpm2',
    kdpm2a: 'dpm2-a',
    dpmpp2sa: 'dpmpp-2s',
    dpmpp2sakarras: 'dpmpp-2s-karras',
    dpmppsdekarras: 'dpmpp-sde-karras',
    unipcbh2: 'unipc',
    eulerdiscretescheduler: 'euler',
    euleradiscretescheduler: 'euler-a',
    heundiscretescheduler: 'heun',
    lmsdiscretescheduler: 'lms',
    kdpm2discretescheduler: 'dpm2',
    kdpm2adiscretescheduler: 'dpm2-a',
    dpmsolvermultistepscheduler: 'dpmpp-2m',
    dpmsolversinglestepscheduler: 'dpmpp-2s',
    deismultistepscheduler: 'deis',
    unipcmultistepscheduler: 'unipc',
    ddimscheduler: 'ddim',
    ddpmscheduler: 'ddpm',
    lcmscheduler: 'lcm',
    tcdscheduler: 'tcd',
    flowmatcheulerdiscretescheduler: 'euler',
    flowmatchheundiscretescheduler: 'heun',
  } satisfies Record<string, SamplerId>),
)

/**
 * The id behind a sampler's name as A1111 and Forge ("DPM++ 2M Karras"), ComfyUI ("dpmpp_2m", "euler_ancestral"),
 * InvokeAI ("dpmpp_2m_k") or diffusers (a class name) write it; undefined when it is none of ours.
 */
export function samplerIdOf(name: string): SamplerId | undefined {
  const squeezed = squeeze(name)
  const candidates = [
    squeezed,
    squeezed.replace(/k$/, 'karras'),
    squeezed.replace(/^k(?!dpm2)/, ''),
    squeezed.replace(/^sample/, ''),
  ]
  for (const candidate of candidates) {
    const found = ids.find((id) => squeeze(id) === candidate) ?? aliases.get(candidate)
    if (found !== undefined) return found
  }
  return undefined
}

function squeeze(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('++', 'pp')
    .replace(/ancestral/, 'a')
    .replace(/[\s_.-]+/g, '')
    .replace(/gpu$/, '')
}
