/**
 * What is wrong with a model's file: code -> what the sentence about it names. The catalogues say it ("damage.<code>"),
 * cli/damage-messages.ts says it on a terminal.
 */
export const damageFacts = {
  // the file
  'cannot-be-opened': ['reason'],
  'no-regular-file': [],
  empty: [],
  'cut-off': ['byte'],
  'beyond-end': ['byte'],
  'header-too-large': [],
  'header-value': ['value'],
  'header-damaged': [],
  'format-version': ['format', 'version'],
  'not-of-format': ['format'],
  'not-json': [],
  'no-object': [],
  'outside-folder': ['file'],
  'index-damaged': [],
  'too-large': [],
  'entry-unknown': ['entry'],
  'vocabulary-unusable': ['words'],
  'graph-refused': ['words'],
  // something else under a model's name
  'web-page': [],
  'server-message': [],
  'lfs-pointer': [],
  'gguf-renamed': [],
  'text-file': [],
  archive: [],
  picture: [],
  zeros: [],
  // its tensors
  'tensor-twice': ['tensor'],
  'tensors-overlap': ['tensor', 'other'],
  'tensor-entry': ['tensor'],
  'tensor-outside': ['tensor'],
  'tensor-size': ['tensor', 'bytes', 'type'],
  'tensor-missing': ['tensor'],
  'tensor-shape': ['tensor', 'found', 'wanted'],
  'tensor-no-number': ['tensor'],
  'shard-lacks': ['tensor'],
  'weights-lacking': ['file'],
  // the network that they make
  'layers-differ': ['tensor', 'found', 'other', 'wanted'],
  parts: ['tensor', 'found', 'parts'],
  'factors-differ': ['module'],
  'text-width': ['given', 'wanted'],
  'latent-channels': ['given', 'wanted'],
} as const satisfies Record<string, readonly string[]>

export type Damage = keyof typeof damageFacts
export type DamageFacts<Code extends Damage> = Record<(typeof damageFacts)[Code][number], string | number>

export const isDamage = (code: string): code is Damage => Object.hasOwn(damageFacts, code)

/** A sentence with its facts in the places of their names. */
export function withFacts(sentence: string, facts: Readonly<Record<string, string>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(facts, name) ? (facts[name] as string) : whole,
  )
}
