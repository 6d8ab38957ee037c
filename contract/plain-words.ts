/**
 * A prompt as one would say it: "((red boat:1.3)), BREAK, <lora:sea:0.8> at dusk" is "red boat, at dusk". Of
 * alternatives {a|b} and of [from:to:0.5] the first is taken, since which one was drawn is not in the prompt.
 */
export function plainWords(prompt: string): string {
  return prompt
    .replaceAll(/<[a-z]+:[^<>]*>/gi, ' ')
    .replaceAll(/\b(?:BREAK|AND)\b/g, ',')
    .replaceAll(/\{(?:\d+\$\$)?([^{}|]*)(?:\|[^{}]*)?\}/g, '$1')
    .replaceAll(/\[([^[\]:|]*)[:|][^[\]]*\]/g, '$1')
    .replaceAll(/:\s*[+-]?\d+(?:\.\d+)?\s*(?=\))/g, '')
    .replaceAll(/(?<!\\)[()[\]]/g, '')
    .replaceAll(/\\([()[\]])/g, '$1')
    .replaceAll(/__([\w/-]+)__/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?:\s*,)+/g, ',')
    .replaceAll(/,(?=\S)/g, ', ')
    .replaceAll(/^[\s,]+|[\s,]+$/g, '')
}
