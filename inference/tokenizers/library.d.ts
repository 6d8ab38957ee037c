// The library's own declarations use extensionless relative imports, which NodeNext cannot follow.
// These are the parts that we use, and nothing else.
declare module '@huggingface/tokenizers' {
  type Component = { type?: string; [key: string]: unknown }

  export class Model {
    tokens_to_ids: Map<string, number>
    unk_token_id?: number
    encode(tokens: string[]): string[]
  }
  export class BPE extends Model {
    constructor(config: Component)
  }
  export class WordPiece extends Model {
    constructor(config: Component)
  }

  class Normalizer {
    constructor(config: Component)
    normalize(text: string): string
  }
  export class BertNormalizer extends Normalizer {}
  export class ReplaceNormalizer extends Normalizer {}
  export class StripAccentsNormalizer extends Normalizer {}

  class PreTokenizer {
    constructor(config: Component)
    pre_tokenize_text(text: string): string[]
  }
  export class SplitPreTokenizer extends PreTokenizer {}
  export class PunctuationPreTokenizer extends PreTokenizer {}
  export class BertPreTokenizer extends PreTokenizer {}
}
