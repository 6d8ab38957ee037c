import { basename, extname } from 'node:path'

import type { Passport } from '../../contract/model.ts'
import type { Finding } from './probe-finding.ts'

/** Families whose transformers are run with 8-bit weights, one byte for each number. */
const eightBit = new Set(['sd3', 'flux1', 'z-image'])
const gigabyte = 1_000_000_000

/**
 * Bytes of memory that a run takes, as far as the number of weights tells: one denoiser in the form it runs in,
 * and room for activations and for the decoder.
 */
export function memoryOf(finding: Finding, parameters: number): number {
  if (finding.kind === 'upscaler') return parameters * 4 + 0.6 * gigabyte
  if (finding.kind !== 'pipeline') return parameters * 4
  return eightBit.has(finding.family) ? parameters + 3 * gigabyte : parameters * 4 + 1.2 * gigabyte
}

export type PassportFacts = {
  path: string
  layout: Passport['layout']
  precision: string
  bytes: number
  parameters?: number
  name?: string
  licence?: string
  triggerWords?: string[]
  metadata?: Record<string, string>
}

export function passportOf(finding: Finding, facts: PassportFacts): Passport {
  const extension = facts.layout.endsWith('folder') ? '' : extname(facts.path)
  const passport: Passport = {
    path: facts.path,
    name: facts.name ?? basename(facts.path, extension),
    kind: finding.kind,
    family: finding.family,
    detail: finding.detail,
    layout: facts.layout,
    precision: facts.precision,
    bytes: facts.bytes,
    parts: finding.parts ?? [],
    missing: finding.missing ?? [],
    capabilities: finding.obstacle === undefined ? (finding.capabilities ?? []) : [],
    runs: finding.obstacle === undefined,
    confidence: finding.confidence,
    triggerWords: facts.triggerWords ?? [],
    metadata: facts.metadata ?? {},
  }
  if (finding.obstacle !== undefined) passport.obstacle = finding.obstacle
  if (facts.parameters !== undefined && facts.parameters > 0) {
    passport.memoryNeeded = Math.round(memoryOf(finding, facts.parameters))
  }
  if (facts.licence !== undefined) passport.licence = facts.licence
  return passport
}
