import { createInterface } from 'node:readline'
import { SanggarError } from '../../contract/sanggar-error.ts'
import { dataDirectory } from '../../core/hosting/data-directory.ts'
import { filesAmong } from '../../core/hosting/opened-files.ts'
import { startWebHost } from '../../web/host.ts'
import { openBrowser } from '../../web/open-browser.ts'
import { type Command, UsageError, dataOption, numberOption, parse } from '../usage.ts'

export const serve: Command = {
  name: 'serve',
  summary: 'opens the app in your browser, for this machine alone',
  usage: `sanggar serve [options] [FILE ...]

  Backups, models and pictures named here are what the app asks about first.

  --port N             a fixed port (any that is free)
  --no-open            only print the address
  --address            http://127.0.0.1 instead of a random name below .localhost, for browsers that know none
  --data DIR           another data directory`,
  async run(parameters, terminal) {
    const options = {
      ...dataOption,
      port: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
      address: { type: 'boolean', default: false },
    } as const
    const { values, positionals } = parse(parameters, options, { minimum: 0, maximum: 100, names: 'FILE' })
    const files = filesAmong(positionals, process.cwd())
    if (files.length < positionals.length) {
      throw new UsageError('sanggar serve opens backups, models and pictures that are there')
    }
    const port = numberOption('port', values.port)
    if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port < 65_536)) {
      throw new UsageError('--port wants a whole number from 0 to 65535')
    }
    // It may come before the library is open.
    const ended = new Promise<void>((resolve) => {
      if (terminal.signal.aborted) resolve()
      terminal.signal.addEventListener('abort', () => resolve())
    })
    const host = await startWebHost({
      dataDirectory: dataDirectory(values.data),
      files,
      ...(port === undefined ? {} : { port }),
      name: values.address ? 'address' : 'random',
    }).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
      throw new SanggarError(
        { code: 'invalid-request', path: 'port', problem: `${port} is taken` },
        { cause: error },
      )
    })
    const link = host.newLink()
    terminal.out(`Sanggar is at ${link}`)
    terminal.out('(the link works once, in one browser of this machine; Ctrl-C ends Sanggar)')
    if (!values['no-open'] && !(await openBrowser(link)))
      terminal.out('No browser could be opened: use the link.')
    const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined
    if (lines !== undefined) {
      terminal.out('Press Enter for another link.')
      lines.on('line', () => terminal.out(host.newLink()))
    }
    await Promise.race([host.opened, ended])
    await ended
    lines?.close()
    await host.close()
  },
}
