import { expect, test } from 'vitest'
import { canHideFromCapture, createCapture } from './capture.ts'
import { privateCopy } from './clipboard.ts'

class RecordedItem {
  readonly items: Record<string, Blob>
  readonly types: string[]
  constructor(items: Record<string, Blob>) {
    this.items = items
    this.types = Object.keys(items)
  }
  getType = () => Promise.reject(new Error('only written'))
}

async function copied(platform: NodeJS.Platform, content: { text: string } | { png: Uint8Array }) {
  const written: RecordedItem[][] = []
  const clipboard = {
    write: (data: unknown) => Promise.resolve(void written.push(data as RecordedItem[])),
  }
  await privateCopy(clipboard, RecordedItem, platform)(content)
  const [only] = written
  expect(written).toHaveLength(1)
  expect(only).toHaveLength(1)
  const parts = Object.entries(only?.[0]?.items ?? {}).map(
    async ([name, blob]) => [name, Buffer.from(await blob.arrayBuffer())] as const,
  )
  return new Map(await Promise.all(parts))
}

const native = (format: string) => `electron application/osclipboard;format="${format}"`

test('a copy carries what asks histories and cloud clipboards to leave it alone, in one item', async () => {
  const windows = await copied('win32', { text: 'a prompt' })
  expect(windows.get('text/plain')?.toString()).toBe('a prompt')
  expect(windows.has(native('ExcludeClipboardContentFromMonitorProcessing'))).toBe(true)
  for (const format of ['CanIncludeInClipboardHistory', 'CanUploadToCloudClipboard']) {
    expect(windows.get(native(format))).toEqual(Buffer.alloc(4))
  }
  const mac = await copied('darwin', { text: 'a prompt' })
  expect([...mac.keys()]).toEqual(['text/plain', native('org.nspasteboard.ConcealedType')])
  const linux = await copied('linux', { png: Uint8Array.from([137, 80, 78, 71]) })
  expect(linux.get('image/png')).toEqual(Buffer.from([137, 80, 78, 71]))
  expect(linux.get(native('x-kde-passwordManagerHint'))?.toString()).toBe('secret')
})

test('windows are kept out of captures as chosen, those that open later too, and closed ones are let go', () => {
  const calls: string[] = []
  const window = (name: string) => ({
    setContentProtection: (on: boolean) => void calls.push(`${name} ${on ? 'hidden' : 'shown'}`),
  })
  const capture = createCapture()
  const forget = capture.watch(window('first'))
  capture.hide(true)
  capture.watch(window('second'))
  forget()
  capture.hide(false)
  expect(calls).toEqual(['first shown', 'first hidden', 'second hidden', 'second shown'])
  expect(['darwin', 'win32', 'linux'].map((name) => canHideFromCapture(name as 'linux'))).toEqual([
    true,
    true,
    false,
  ])
})
