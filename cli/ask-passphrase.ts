import type { ReadStream } from 'node:tty'

/** Asks on the terminal without showing what is typed; undefined where there is none, or after Ctrl-C. */
export function askPassphrase(
  input: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'> = process.stdin,
  say: (text: string) => void = (text) => process.stderr.write(text),
): Promise<string | undefined> {
  if (!input.isTTY) return Promise.resolve(undefined)
  say('Passphrase of the vault: ')
  input.setRawMode(true)
  input.resume()
  return new Promise((resolve) => {
    let typed = ''
    const finish = (answer: string | undefined) => {
      input.off('data', read)
      input.setRawMode(false)
      input.pause()
      say('\n')
      resolve(answer)
    }
    const read = (data: Buffer) => {
      for (const key of data.toString('utf8')) {
        if (key === '\r' || key === '\n') return finish(typed)
        if (key === '\u0003' || key === '\u0004') return finish(undefined)
        typed = key === '\u007F' || key === '\b' ? Array.from(typed).slice(0, -1).join('') : typed + key
      }
    }
    input.on('data', read)
  })
}
