"""The tokenizer: BPE over lower-case words with `</w>` at word ends; letters and digits are in it, so nothing is unknown.

Accents are stripped and everything but letters, digits and commas becomes a space before splitting.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFD, Lowercase, Replace, Sequence, StripAccents
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer

from .captions import draw_caption

PAD, UNKNOWN, START, END = "<pad>", "<unk>", "<start>", "<end>"
MAX_LENGTH = 64


def train_tokenizer(seed: int = 3, captions: int = 30000, size: int = 1000) -> Tokenizer:
    rng = np.random.default_rng(seed)
    tokenizer = Tokenizer(BPE(unk_token=UNKNOWN, end_of_word_suffix="</w>"))
    tokenizer.normalizer = Sequence([NFD(), StripAccents(), Lowercase(), Replace(Regex("[^a-z0-9,]+"), " "), Replace(",", " , ")])
    tokenizer.pre_tokenizer = WhitespaceSplit()
    alphabet = list("abcdefghijklmnopqrstuvwxyz0123456789,")
    trainer = BpeTrainer(vocab_size=size, special_tokens=[PAD, UNKNOWN, START, END], initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False)
    texts = [draw_caption(rng)[0] for _ in range(captions)]
    # Every letter must also exist as a word end.
    tokenizer.train_from_iterator([*texts, *([" ".join(alphabet)] * 50)], trainer)
    tokenizer.post_processor = TemplateProcessing(single=f"{START} $A {END}", special_tokens=[(t, tokenizer.token_to_id(t)) for t in (START, END)])
    return tokenizer


def encode_batch(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """int64 [B,L], L between 4 and 64, padded with 0; what is longer is cut, keeping the end mark."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    rows = [row if len(row) <= MAX_LENGTH else row[: MAX_LENGTH - 1] + row[-1:] for row in rows]
    out = np.zeros((len(rows), max(4, max(map(len, rows)))), np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out


def write_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """tokenizer.json, tokenizer_config.json, vocab.json and merges.txt, as diffusers folders have them."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    model = json.loads((folder / "tokenizer.json").read_text())["model"]
    (folder / "vocab.json").write_text(json.dumps(model["vocab"], ensure_ascii=False))
    merges = [" ".join(m) if isinstance(m, list) else m for m in model["merges"]]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_LENGTH, "pad_token": PAD, "unk_token": UNKNOWN, "bos_token": START, "eos_token": END, "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
