import { withStudio } from '../studio-session.ts'
import { type Command, dataOption, jsonOption, parse } from '../usage.ts'

export const privacyReport: Command = {
  name: 'privacy report',
  summary: 'says what Sanggar holds about you, and what left this machine',
  usage: 'sanggar privacy report [--json] [--data DIR]',
  run(parameters, terminal) {
    const options = { ...dataOption, ...jsonOption } as const
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    return withStudio(values.data, async (session) => {
      const rows = await session.call('privacy.ledger', null)
      const seal = await session.call('privacy.seal', null)
      const { dataDirectory, vault } = await session.call('app.info', null)
      if (values.json) return terminal.out(JSON.stringify({ dataDirectory, vault, seal, ledger: rows }))
      terminal.out(`everything lies in ${dataDirectory}; the key of the vault is kept in: ${vault.keptIn}`)
      for (const { category, held, count, bytes, place, keptUntil } of rows) {
        const amount =
          count === 0 ? 'nothing yet' : `${count} held, ${bytes} bytes, ${place}, kept: ${keptUntil}`
        const what = held ? amount : 'nothing, by design'
        terminal.out(`${category.padEnd(22)}${what}`)
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
