import { type DragEvent, useEffect, useState } from 'react'
import { pictureIn } from '../state/bring-in'

/** Handlers for an element that takes a dropped picture file, and whether one hovers over it. */
export function useDrop(take: (file: File) => void) {
  return useDropOf(({ files }) => {
    const file = pictureIn(files)
    if (file) take(file)
  })
}

/** The same for whatever files were dropped. */
export function useDropOf(take: (transfer: DataTransfer) => void) {
  const [over, setOver] = useState(false)
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  return {
    over,
    handlers: {
      onDragOver(event: DragEvent) {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(true)
      },
      onDragLeave(event: DragEvent) {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
      },
      onDrop(event: DragEvent) {
        if (!hasFiles(event)) return
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer)
      },
    },
  }
}

/** Pasting a picture anywhere on the screen; pasted text is left to the text areas. */
export function usePaste(take: (file: File) => void) {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const file = pictureIn(event.clipboardData?.files)
      if (!file) return
      event.preventDefault()
      take(file)
    }
    document.addEventListener('paste', paste)
    return () => document.removeEventListener('paste', paste)
  }, [take])
}

/** Elsewhere a dropped file is turned away: the browser would leave the studio and show it instead. */
export function useDropGuard(): void {
  useEffect(() => {
    const guard = (event: globalThis.DragEvent) => {
      const field = event.target instanceof Element && event.target.closest('input[type=file]')
      if (event.defaultPrevented || field || !event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'none'
    }
    window.addEventListener('dragover', guard)
    window.addEventListener('drop', guard)
    return () => {
      window.removeEventListener('dragover', guard)
      window.removeEventListener('drop', guard)
    }
  }, [])
}
