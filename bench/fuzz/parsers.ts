import { modelParsers } from './model-parsers.ts'
import type { OpenParser } from './parser.ts'
import { pictureParsers } from './picture-parsers.ts'
import { textParsers } from './text-parsers.ts'
import { trafficParsers } from './traffic-parsers.ts'
import { vaultParsers } from './vault-parsers.ts'

/** Everything that reads what somebody else wrote. */
export const parsers: Record<string, OpenParser> = {
  ...modelParsers,
  ...pictureParsers,
  ...textParsers,
  ...vaultParsers,
  ...trafficParsers,
}
