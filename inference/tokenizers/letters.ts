/*
 * [Note: Letters of Unicode 16] The reference's regular expressions know Unicode 16; this runtime's may know more, and
 * what became a letter since then would be joined to its neighbours here and not there. DerivedAge.txt 17.0, general
 * categories L and N.
 */
const newer =
  '\u{88f}\u{c5c}\u{cdc}\u{a7ce}\u{a7cf}\u{a7d2}\u{a7d4}\u{a7f1}\u{10940}-\u{10959}\u{10ec5}-\u{10ec7}\u{11db0}-\u{11ddb}\u{11de0}-\u{11de9}' +
  '\u{16ea0}-\u{16eb8}\u{16ebb}-\u{16ed3}\u{16ff2}-\u{16ff6}\u{187f8}-\u{187ff}\u{18d09}-\u{18d1e}\u{18d80}-\u{18df2}' +
  '\u{1e6c0}-\u{1e6de}\u{1e6e0}-\u{1e6e2}\u{1e6e4}\u{1e6e5}\u{1e6e7}-\u{1e6ed}\u{1e6f0}-\u{1e6f4}\u{1e6fe}\u{1e6ff}' +
  '\u{2b73a}-\u{2b73f}\u{2cea2}-\u{2cead}\u{323b0}-\u{33479}'

/** A pattern with `[\p{L}]+`, `[\p{N}]` and `[^\s\p{L}\p{N}]+`, as CLIP's, for letters and numbers of Unicode 16. */
export function ofUnicode16(pattern: string): string {
  return pattern
    .replaceAll(String.raw`[\p{L}]+`, String.raw`(?:(?![${newer}])\p{L})+`)
    .replaceAll(String.raw`[\p{N}]`, String.raw`(?:(?![${newer}])\p{N})`)
    .replaceAll(String.raw`[^\s\p{L}\p{N}]+`, String.raw`(?:[^\s\p{L}\p{N}]|[${newer}])+`)
}

/** GPT-2's words (Radford et al. 2019), with white space as the reference has it. */
export const gpt2Words = new RegExp(
  ofUnicode16(String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`)
    .replaceAll(String.raw`\s`, String.raw`\p{White_Space}`)
    .replaceAll(String.raw`\S`, String.raw`\P{White_Space}`),
  'gu',
)
