import * as library from '@huggingface/tokenizers'
import type { Component } from './tokenizer-json.ts'

type Configuration = Component | { type: string }

type Model = {
  tokens_to_ids: Map<string, number>
  unk_token_id?: number
  encode(tokens: string[]): string[]
}
type Part<Instance> = new (config: Configuration) => Instance

// The library's own declarations import each other without extensions, which NodeNext cannot follow. These are
// the parts that we use, with the types that they have.
export const { BPE, WordPiece, BertNormalizer, ReplaceNormalizer, StripAccentsNormalizer } =
  library as unknown as {
    BPE: Part<Model>
    WordPiece: Part<Model>
    BertNormalizer: Part<{ normalize(text: string): string }>
    ReplaceNormalizer: Part<{ normalize(text: string): string }>
    StripAccentsNormalizer: Part<{ normalize(text: string): string }>
  }
export const { SplitPreTokenizer, PunctuationPreTokenizer, BertPreTokenizer } = library as unknown as Record<
  'SplitPreTokenizer' | 'PunctuationPreTokenizer' | 'BertPreTokenizer',
  Part<{ pre_tokenize_text(text: string): string[] }>
>
