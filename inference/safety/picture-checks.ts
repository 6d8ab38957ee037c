import { describeFailure, failureOf } from '../../contract/errors.ts'
import { threadCount } from '../environment.ts'
import type { Pixels } from '../images/pixels.ts'
import type { RuntimeOptions } from '../protocol.ts'
import { type SafetyChecker, openSafetyChecker } from './safety-checker.ts'

export type PictureChecks = {
  /** Nothing where nobody asked or the model brings no checker. One that fails is told of and stops no picture. */
  flag(picture: Pixels, note: (code: string, detail: string) => void): Promise<{ flagged?: boolean }>
  release(): Promise<void>
}

/** The checker of one task's model, opened at its first picture and let go with the task: it is large. */
export function pictureChecks(
  model: string,
  { checkPictures = false, threads }: Pick<RuntimeOptions, 'checkPictures' | 'threads'>,
): PictureChecks {
  let opening: Promise<SafetyChecker | undefined> | undefined
  return {
    async flag(picture, note) {
      if (!checkPictures) return {}
      try {
        const checker = await (opening ??= openSafetyChecker(model, threadCount(threads)))
        return checker === undefined ? {} : { flagged: await checker.flags(picture) }
      } catch (error) {
        note('safety-check-failed', describeFailure(failureOf(error)))
        return {}
      }
    },
    async release() {
      await (await opening?.catch(() => undefined))?.release()
    },
  }
}
