/** What each prefix may have taken from the beginning of its root: "menulis" is "tulis", "menyimpan" "simpan". */
const prefixes: readonly (readonly [prefix: string, ...taken: string[]])[] = [
  ['meng', 'k'],
  ['meny', 's'],
  ['mem', 'p'],
  ['men', 't'],
  ['me'],
  ['peng', 'k'],
  ['peny', 's'],
  ['pem', 'p'],
  ['pen', 't'],
  ['per'],
  ['pe'],
  ['ber'],
  ['ter'],
  ['di'],
  ['ke'],
  ['se'],
]
const suffixes = ['kan', 'nya', 'an', 'i']
const shortest = 4

const withoutPrefix = (word: string): string[] =>
  prefixes.flatMap(([prefix, ...taken]) =>
    word.startsWith(prefix) ? ['', ...taken].map((letter) => letter + word.slice(prefix.length)) : [],
  )

/** A word in lower case and what it may be made from, two prefixes deep: "memperbesar", "perbesar", "besar". */
export function beginningsOf(word: string): string[] {
  const once = withoutPrefix(word)
  return [word, ...[...once, ...once.flatMap(withoutPrefix)].filter(({ length }) => length >= shortest)]
}

/** The same without the endings: who looks for "pencarian" means "mencari" as well. */
export function rootsOf(word: string): string[] {
  return beginningsOf(word).flatMap((one) => [
    one,
    ...suffixes
      .filter((suffix) => one.endsWith(suffix) && one.length - suffix.length >= shortest)
      .map((suffix) => one.slice(0, -suffix.length)),
  ])
}
