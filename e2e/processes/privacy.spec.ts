import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { type Home, filesBelow, freshHome, sanggar } from '../sanggar-process.ts'

let home: Home
test.beforeEach(() => {
  home = freshHome()
  mkdirSync(home.home, { recursive: true })
})
test.afterEach(() => home.remove())

const secret = 'a red boat on a calm sea at sunset, rahasia-istimewa'
const works = (program: string, ...parameters: string[]) => spawnSync(program, parameters).status === 0

test('a generation makes no system call to any address but loopback', async () => {
  test.skip(!works('strace', '-f', '-o', '/dev/null', 'true'), 'strace is not here or not allowed')
  const trace = path.join(home.home, '..', 'trace.txt')
  const under = ['strace', '-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', trace]
  const made = await sanggar(
    home,
    ['generate', secret, '--seed', '7', '--out', path.join(home.data, 'boat.png')],
    under,
  )
  expect(made.error.replace(/^note: .*\n/, '')).toBe('')
  expect(made.code).toBe(0)
  const calls = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => /\b(connect|sendto|sendmsg|sendmmsg)\(/.test(line))
  const outside = calls.filter((line) => {
    if (/sa_family=AF_(?!UNIX)/.test(line)) {
      return !/inet_addr\("127\.\d+\.\d+\.\d+"\)|"::1"|"::ffff:127\./.test(line)
    }
    return false
  })
  expect(outside).toEqual([])
})

test('no file appears outside the data directory, and no file holds the prompt in plain text', async () => {
  const before = new Set(readdirSync(os.tmpdir()))
  const made = await sanggar(home, ['generate', secret, '--seed', '7', '--json'])
  expect(made.code).toBe(0)
  expect(
    filesBelow(home.home).filter((name) => !name.startsWith(path.join('.local', 'share', 'sanggar'))),
  ).toEqual([])
  const files = filesBelow(home.data)
  expect(files.length).toBeGreaterThan(2)
  for (const name of files) {
    const bytes = readFileSync(path.join(home.data, name))
    expect(bytes.includes('rahasia-istimewa'), `${name} holds the prompt`).toBe(false)
    expect(
      bytes.includes(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
      `${name} is a plain PNG`,
    ).toBe(false)
  }
  // Other programs use the temporary directory too; ours would have our name or a picture's.
  const appeared = readdirSync(os.tmpdir()).filter((name) => !before.has(name))
  expect(
    appeared.filter((name) =>
      /sanggar(?!-(e2e|fork|cli|out|pack|[a-z]+-)|-)|\.(png|webp|jpg|ses)$|onnx/i.test(name),
    ),
  ).toEqual([])
})

test('it works where there is no network at all', async () => {
  const under = ['unshare', '-rn']
  test.skip(!works('unshare', '-rn', 'true'), 'user namespaces are not allowed here')
  const made = await sanggar(home, ['generate', secret, '--seed', '7', '--json'], under)
  expect(made.code).toBe(0)
  expect(made.lines).toHaveLength(1)
})

test('sanggar privacy audit repeats the proof, or says why it cannot', async () => {
  const audited = await sanggar(home, ['privacy', 'audit', '--json'])
  expect(audited.code).toBe(0)
  const [verdict] = audited.lines
  if (!works('strace', '-f', '-o', '/dev/null', 'true')) {
    expect(verdict).toMatchObject({ checked: false })
    return
  }
  expect(verdict).toMatchObject({ checked: true, passed: true, generated: true, strayFiles: [] })
  const attempts = verdict?.['attempts'] as { outside: boolean }[] | undefined
  expect(attempts?.filter(({ outside }) => outside)).toEqual([])
  expect(verdict?.['beyond']).toHaveLength(3)
  // Nothing of it stays: not in the person's own library, which is not even opened.
  expect(filesBelow(home.home)).toEqual([])
})

test('nothing is printed that was written in a prompt', async () => {
  const made = await sanggar(home, ['generate', 'kupu-kupu-rahasia', '--seed', '7'])
  expect(made.code).toBe(0)
  const withoutNote = made.error.replace(/^note: .*$/m, '')
  expect(made.out + withoutNote).not.toContain('kupu-kupu-rahasia')
})
