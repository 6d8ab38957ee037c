import { stat } from 'node:fs/promises'
import { type ProviderOptions, openOnProvider, steady } from './provider-session.ts'
import type { GraphSource } from './session-source.ts'
import type { Session } from './session.ts'

/**
 * The one graph of an upscaler, face or background model, on the provider that was asked for: with 'auto' its first
 * run is the trial, so it should be of a size as the job has it. What fails on an accelerator goes on on the CPU.
 * Throws what `openSession` throws.
 */
export async function openEnhancer(
  source: GraphSource,
  stage: string,
  options: ProviderOptions,
): Promise<Session> {
  const bytes = (await stat(source.path).catch(() => undefined))?.size ?? 0
  const first = await openOnProvider(source, stage, bytes, options)
  if (first.fellBackFrom !== undefined) {
    options.onNote?.({ code: 'provider-fallback', detail: first.executionProvider })
  }
  // Tiles are small already: what does not fit into the accelerator's memory is left to the processor's.
  return steady(first, source, stage, options, true).session
}
