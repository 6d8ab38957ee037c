import type { LedgerCategory } from '../../contract/privacy.ts'
import { withStudio } from '../studio-session.ts'
import { type Command, dataOption, jsonOption, parse } from '../usage.ts'

/** Why each is there, or is not: the words of the command line, as the catalogues have them for the Privacy screen. */
const purposes: Record<LedgerCategory, string> = {
  prompts: 'to find pictures again, and to make them again',
  'titles-and-notes': 'because you wrote them, or a file you imported was called so',
  collections: 'because you made them',
  'pictures-made': 'they are what Sanggar is for',
  'pictures-brought-in': 'to edit them, and to use their settings again',
  'unfinished-pictures': 'so that a picture that was cut short can go on',
  settings: 'so that everything is as you left it',
  drafts: 'so that no word is lost',
  history: 'for the queue, and to do it again',
  'timings-and-errors': 'to say how long a picture will take',
  'models-used': 'to find your models again',
  'blocked-requests': 'to show you what tried to get out',
  'local-log': 'for a report that you may show to somebody who helps you',
  account: 'there is nothing to sign in to',
  payment: 'there is nothing to buy',
  device: 'nobody is told which computer this is',
  cookies: 'Sanggar keeps none; in a browser one lets only you open this page, and goes when it is closed',
  'shared-with-others': 'nothing leaves this computer',
}

export const privacyReport: Command = {
  name: 'privacy report',
  summary: 'says what Sanggar holds about you, and what left this machine',
  usage: 'sanggar privacy report [--json] [--data DIR]',
  run(parameters, terminal) {
    const options = { ...dataOption, ...jsonOption } as const
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    return withStudio(values.data, async (session) => {
      const ledger = await session.call('privacy.ledger', null)
      const rows = ledger.map((row) => ({ ...row, why: purposes[row.category] }))
      const seal = await session.call('privacy.seal', null)
      const { dataDirectory, vault } = await session.call('app.info', null)
      if (values.json) return terminal.out(JSON.stringify({ dataDirectory, vault, seal, ledger: rows }))
      terminal.out(`everything lies in ${dataDirectory}; the key of the vault is kept in: ${vault.keptIn}`)
      for (const { category, held, count, bytes, place, keptUntil, why } of rows) {
        const amount =
          count === 0 ? 'nothing yet' : `${count} held, ${bytes} bytes, ${place}, kept: ${keptUntil}`
        const what = held ? amount : 'nothing, by design'
        terminal.out(`${category.padEnd(22)}${what}; ${why}`)
      }
      const since = new Date(seal.since).toISOString().slice(0, 10)
      terminal.out(
        `network requests since ${since}: ${seal.allowed}; stopped before they left: ${seal.blocked}`,
      )
      for (const { at, address, origin } of seal.attempts) {
        terminal.out(`  ${new Date(at).toISOString()}  ${address}  (${origin})`)
      }
    })
  },
}
