import type { Clipboard, ClipboardItem } from 'electron'
import type { Host } from '../core/host.ts'

/**
 * What asks a system's clipboard history, its cloud clipboard and clipboard managers to leave a copy alone.
 * Windows: "Cloud Clipboard and Clipboard History Formats" (Microsoft). macOS: nspasteboard.org. Linux: the hint that
 * KeePassXC writes and Klipper and others honour. All are requests: a program that ignores them is not stopped.
 */
const markers: Partial<Record<NodeJS.Platform, Record<string, string>>> = {
  // The two "Can…" formats are a DWORD of 0; of the first its presence is enough.
  win32: {
    ExcludeClipboardContentFromMonitorProcessing: '\0\0\0\0',
    CanIncludeInClipboardHistory: '\0\0\0\0',
    CanUploadToCloudClipboard: '\0\0\0\0',
  },
  darwin: { 'org.nspasteboard.ConcealedType': '' },
  linux: { 'x-kde-passwordManagerHint': 'secret' },
}

/** One item with everything in it: the clipboard takes the words and the marks together or not at all. */
export function privateCopy(
  clipboard: Pick<Clipboard, 'write'>,
  Item: new (items: Record<string, Blob>) => ClipboardItem,
  platform: NodeJS.Platform = process.platform,
): NonNullable<Host['copy']> {
  return async (content) => {
    const items: Record<string, Blob> =
      'text' in content
        ? { 'text/plain': new Blob([content.text], { type: 'text/plain' }) }
        : { 'image/png': new Blob([new Uint8Array(content.png)], { type: 'image/png' }) }
    for (const [format, value] of Object.entries(markers[platform] ?? {})) {
      items[`electron application/osclipboard;format="${format}"`] = new Blob([value])
    }
    await clipboard.write([new Item(items)])
  }
}
