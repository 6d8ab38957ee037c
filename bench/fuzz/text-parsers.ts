import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expandPrompt, seededRandom } from '../../contract/dynamic-prompt.ts'
import { parsePrompt } from '../../contract/prompt-syntax.ts'
import { wildcardLines, wildcardNameOf } from '../../contract/wildcards.ts'
import { readActionsFolder } from '../../core/jobs/actions-folder.ts'
import { listWildcards, readWildcard, removeWildcard, saveWildcard } from '../../core/jobs/wildcard-store.ts'
import { openMemoryDatabase } from '../../core/incognito/memory-database.ts'
import { type OpenParser, type Parser, folderOf } from './parser.ts'

const texts = [
  'a (red:1.2) {cat|dog} __animal__ [boat:ship:0.5] <lora:x:0.8> BREAK \\(x\\)',
  '((((a))))',
  '{2$$, $$a|b|c}',
].map((text) => Buffer.from(text))

function wildcards(): Parser {
  const database = openMemoryDatabase()
  return {
    corpus: [Buffer.from('red\ngreen\n# no colour\n\n{dark|light} blue\n__animal__\n'), ...texts],
    async parse(bytes) {
      const text = bytes.toString().slice(0, 200_000)
      const name = wildcardNameOf(`${text.slice(0, 40)}.txt`) ?? 'x'
      saveWildcard(database, name, text)
      const options = wildcardLines(readWildcard(database, name))
      listWildcards(database)
      removeWildcard(database, name)
      expandPrompt(`__${name}__ and __${name}__`, { random: seededRandom('5'), wildcard: () => options })
    },
  }
}

/** Styles are quick actions: data of the same schema, in files that anybody may put into a folder. */
function actions(): Promise<Parser> {
  const shipped = path.resolve(import.meta.dirname, '..', '..', 'resources', 'actions')
  const names = readdirSync(shipped).filter((name) => name.endsWith('.json'))
  const files = Object.fromEntries(
    names.slice(0, 6).map((name) => [`actions/${name}`, readFileSync(path.join(shipped, name))]),
  )
  return folderOf(files, Object.keys(files), readActionsFolder)
}

export const textParsers: Record<string, OpenParser> = {
  'prompts and wildcards': () => ({
    corpus: texts,
    parse: async (bytes) => {
      const text = bytes.toString().slice(0, 20_000)
      parsePrompt(text)
      expandPrompt(text, { random: seededRandom('5'), wildcard: () => [text.slice(0, 50), '__animal__'] })
    },
  }),
  'wildcard lists': wildcards,
  'styles and actions': actions,
}
