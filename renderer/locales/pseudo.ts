const plain = 'aeiouAEIOUcnsyCNSYdlrtz'
const accented = 'åéîöûÅÉÎÖÛçñšýÇÑŠÝđľŕťž'

/**
 * A text as a wordier language might have it: longer by 40 %, with accents above and brackets around. What stays
 * in plain English on the screen never went through a catalogue; what loses its bracket was cut off.
 */
export function pseudoText(text: string): string {
  const letters = text
    .split(/(\{\w+\})/)
    .map((part) =>
      part.startsWith('{') ? part : part.replaceAll(/[a-z]/gi, (one) => accented[plain.indexOf(one)] ?? one),
    )
    .join('')
  const longer = Math.ceil(text.replaceAll(/\{\w+\}/g, '').length * 0.4)
  return `⟦${letters}${' ~~~~'.repeat(Math.ceil(longer / 5)).slice(0, longer)}⟧`
}

/** The locale tag that browsers and Android use for it; a browser set to it shows the interface this way. */
export const isPseudo = (tag: string): boolean => tag.toLowerCase() === 'en-xa'
