import type { NativeImage, WebContents } from 'electron'

/** The page has let its own drag go; the system goes on with these files. macOS wants an icon that is not empty. */
export function startDrag(
  contents: Pick<WebContents, 'startDrag' | 'isDestroyed'>,
  files: readonly string[],
  icon: NativeImage,
): void {
  const [file] = files
  if (file === undefined || contents.isDestroyed() || icon.isEmpty()) return
  contents.startDrag({ file, files: [...files], icon })
}
