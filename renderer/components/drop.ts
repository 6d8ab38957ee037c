import { type DragEvent, useEffect, useState } from 'react'
import { pictureIn } from '../state/bring-in'

/** Handlers for an element that takes dropped picture files, and whether one hovers over it. */
export function useDrop(take: (file: File) => void) {
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
        const file = pictureIn(event.dataTransfer.files)
        if (file) take(file)
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
