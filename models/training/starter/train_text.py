"""Trains tokenizer and text encoder: `python -m training.starter.train_text --out text.pt --minutes 8`.

Resumes from --out; --start-from begins with the tokenizer and weights of another checkpoint or of a shipped folder.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from ..checkpoint import Average, load, save
from ..muon import MuonAdamW
from ..precision import autocast
from .captions import draw_caption, request_of_scene, slots_of, write
from .domain import draw_scenes
from .text_encoder import TextEncoder
from .tokenizer import encode_batch, train_tokenizer
from .weights import load_text_encoder


@torch.no_grad()
def accuracy(model: TextEncoder, tokenizer: Tokenizer, pairs: list[tuple[str, np.ndarray]]) -> tuple[float, float]:
    """(share of slots, share of captions) that are right."""
    _, slots = model(torch.from_numpy(encode_batch(tokenizer, [text for text, _ in pairs])))
    right = slots.numpy() == np.stack([truth for _, truth in pairs])
    return float(right.mean()), float(right.all(axis=1).mean())


def batches_of_like_length(tokenizer: Tokenizer, rng: np.random.Generator, size: int, count: int = 12) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """`count` batches of (ids, slots); captions of like length share one, so that little time goes into padding."""
    pairs = sorted((draw_caption(rng) for _ in range(size * count)), key=lambda pair: len(pair[0]))
    batches = []
    for at in range(0, len(pairs), size):
        group = pairs[at : at + size]
        batches.append((torch.from_numpy(encode_batch(tokenizer, [text for text, _ in group])), torch.from_numpy(np.stack([slots for _, slots in group]))))
    return [batches[i] for i in rng.permutation(count)]


def held_out_pairs(count: int, lang: str, seed: int = 77) -> list[tuple[str, np.ndarray]]:
    """Full captions of held-out scenes."""
    rng = np.random.default_rng(seed)
    requests = [request_of_scene(scene) for scene in draw_scenes(count, seed, True)]
    return [(write(request, lang, rng), slots_of(request)) for request in requests]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    known = args.out if args.out.exists() else args.start_from
    if known:
        model, tokenizer = load_text_encoder(known)
    else:
        tokenizer = train_tokenizer()
        model = TextEncoder(tokenizer.get_vocab_size())
    steps = int(load(args.out).get("steps", 0))
    average = Average(model, 0.995)
    optimiser = MuonAdamW(model, args.rate, args.rate, frozenset(("tokens.weight", "places", "queries")))
    rng = np.random.default_rng(args.seed + 31 * steps)
    # CPU time, not wall time: on a shared machine the same budget then means the same training.
    begin = last = time.process_time()
    first, waiting = steps, []
    while (done := (time.process_time() - begin) / 60 / args.minutes) < 1:
        optimiser.set_share(min(1, (steps - first + 1) / 50) * max(0.02, min(1, (1 - done) / 0.7)))
        if not waiting:
            waiting = batches_of_like_length(tokenizer, rng, args.batch)
        ids, truth = waiting.pop()
        with autocast():
            answers = model.logits(ids)
        loss = sum(F.cross_entropy(answer.float(), truth[:, i]) for i, answer in enumerate(answers))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update(model)
        steps += 1
        if time.process_time() - last > 60:
            last = time.process_time()
            save(args.out, {"model": average.state, "tokenizer": tokenizer.to_str(), "steps": steps})
            print(f"{(last - begin) / 60:.1f} CPU min, step {steps}, loss {loss.item():.3f}", flush=True)
    model.load_state_dict(average.state)
    for lang in ("en", "id"):
        print(lang, "held-out slots %.4f, whole captions %.4f" % accuracy(model, tokenizer, held_out_pairs(1000, lang)))
    save(args.out, {"model": model.state_dict(), "tokenizer": tokenizer.to_str(), "steps": steps})


if __name__ == "__main__":
    main()
