/** The whole of a text area anew: the browser's own undo brings back what was there, where it knows insertText. */
export function replaceText(area: HTMLTextAreaElement, text: string, change: (text: string) => void): void {
  area.select()
  if (!document.execCommand('insertText', false, text)) change(text)
}

/** Puts words into the prompt where the cursor is, so that the browser's own undo takes them out again. */
export function insertIntoPrompt(words: string, change: (update: (prompt: string) => string) => void) {
  const area = document.getElementById('prompt')
  if (!(area instanceof HTMLTextAreaElement)) {
    change((prompt) => joined(prompt, words))
    return
  }
  const before = area.value.slice(0, area.selectionStart)
  const after = area.value.slice(area.selectionEnd)
  const lead = before === '' || /[\s,(]$/.test(before) ? (before.endsWith(',') ? ' ' : '') : ', '
  const tail = after === '' || /^[\s,)]/.test(after) ? '' : ', '
  area.focus()
  if (!document.execCommand('insertText', false, lead + words + tail)) {
    change(() => before + lead + words + tail + after)
  }
}

const joined = (prompt: string, words: string) =>
  prompt.trim() === '' ? words : `${prompt.trimEnd()}, ${words}`
