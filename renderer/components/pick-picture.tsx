import { useRef } from 'react'
import { pictureTypes } from '../state/bring-in'

/** The browser's own file dialog, opened by whatever the screen draws. */
export function usePickPicture(take: (file: File) => void) {
  const input = useRef<HTMLInputElement>(null)
  return {
    open: () => input.current?.click(),
    element: (
      <input
        ref={input}
        type="file"
        accept={pictureTypes}
        hidden
        data-testid="picture-file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) take(file)
        }}
      />
    ),
  }
}
