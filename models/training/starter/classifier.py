"""An independent judge: a small network that reads style, time, ground and the three columns off a picture's pixels.

It is trained on renders only, some of them once through the autoencoder so that its softness is no surprise, and never sees a
sample of the denoiser. Unlike the denoiser it is trained on every combination (render --all): a judge that has never seen a green
fish calls it a car, and would measure its own gap. Its accuracy is stated on renders of other scenes.

`python -m training.starter.classifier --data DIR --held-out DIR --vae vae.pt --out judge.pt --minutes 8`
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..checkpoint import load, save
from ..precision import autocast
from .autoencoder import Autoencoder
from .domain import COLOURS, GROUNDS, OBJECTS, SIZES, STYLES, TIMES
from .sample import to_pictures
from .weights import load_autoencoder

EMPTY = len(OBJECTS)
SOFTENED = 1500
COLUMN_CELLS = ((0, 7), (4, 12), (9, 16))


class Judge(nn.Module):
    """Pictures [B,3,256,256] in [-1,1] -> logits of style, time, ground, mountains and per column kind, colour, size."""

    def __init__(self):
        super().__init__()

        def stage(into: int, out: int, stride: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1), nn.GroupNorm(8, out), nn.SiLU())

        self.body = nn.Sequential(nn.PixelUnshuffle(4), stage(48, 32, 1), stage(32, 64, 2), stage(64, 64, 1), stage(64, 128, 2), stage(128, 128, 1))
        self.whole = nn.Sequential(nn.Linear(128 * 16, 128), nn.SiLU(), nn.Linear(128, len(STYLES) + len(TIMES) + len(GROUNDS) + 2))
        self.column = nn.Sequential(nn.Linear(128 * 8 * 3, 192), nn.SiLU(), nn.Dropout(0.1), nn.Linear(192, len(OBJECTS) + 1 + len(COLOURS) + len(SIZES)))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """([B,17], [B,3,30])"""
        h = self.body(x)
        columns = [self.column(F.adaptive_max_pool2d(h[..., a:b], (8, 3)).flatten(1)) for a, b in COLUMN_CELLS]
        return self.whole(F.adaptive_avg_pool2d(h, 4).flatten(1)), torch.stack(columns, dim=1)


WHOLE_PARTS = (len(STYLES), len(TIMES), len(GROUNDS), 2)
COLUMN_PARTS = (len(OBJECTS) + 1, len(COLOURS), len(SIZES))


def truth_of(rows: np.ndarray) -> tuple[Tensor, Tensor]:
    """Scene rows [N,14] -> whole [N,4] and columns [N,3,3]; colour and size are -1 where a column is empty."""
    columns = torch.from_numpy(rows[:, 4:13].astype(np.int64)).reshape(-1, 3, 3).clone()
    columns[..., 0] = torch.where(columns[..., 0] < 0, EMPTY, columns[..., 0])
    return torch.from_numpy(rows[:, :4].astype(np.int64)), columns


def judge_input(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


@torch.inference_mode()
def copies(vae: Autoencoder, pictures: np.ndarray) -> np.ndarray:
    """The same uint8 pictures once through the autoencoder."""
    made = []
    for at in range(0, len(pictures), 25):
        with autocast():
            made.append(to_pictures(vae.decoder(vae.encoder(judge_input(pictures[at : at + 25]))).float()))
    return np.concatenate(made)


@torch.inference_mode()
def verdicts(judge: Judge, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Answers for uint8 pictures [N,256,256,3]: whole [N,4], columns [N,3,3]."""
    wholes, columns = [], []
    for at in range(0, len(pictures), 32):
        whole, column = judge.eval()(judge_input(pictures[at : at + 32]))
        wholes.append(torch.stack([part.argmax(-1) for part in whole.split(WHOLE_PARTS, -1)], -1))
        columns.append(torch.stack([part.argmax(-1) for part in column.split(COLUMN_PARTS, -1)], -1))
    return torch.cat(wholes).numpy(), torch.cat(columns).numpy()


def scores(answers: tuple[np.ndarray, np.ndarray], rows: np.ndarray) -> dict[str, float]:
    """Share of right answers; objects, colours and sizes over the columns that should hold something."""
    whole, columns = (part.numpy() for part in truth_of(rows))
    there = columns[..., 0] != EMPTY
    got_whole, got = answers
    result = {name: float((got_whole[:, i] == whole[:, i]).mean()) for i, name in enumerate(("style", "time", "ground", "mountains"))}
    result |= {name: float((got[..., i] == columns[..., i])[there].mean()) for i, name in enumerate(("object", "colour", "size"))}
    result["empty columns kept empty"] = float((got[..., 0] == EMPTY)[~there].mean())
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--vae", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    # Read into memory: random reads from disk would cost more than the training.
    pictures = np.load(args.data / "pictures.npy")
    rows = np.load(args.data / "scenes.npy")
    whole, columns = truth_of(np.concatenate([rows, rows[:SOFTENED]]))
    # The decoder is slow beside the judge, so the softened pictures are made once; they come again and again in each batch.
    soft = copies(load_autoencoder(args.vae), pictures[:SOFTENED])
    judge = Judge().to(memory_format=torch.channels_last)
    if state := load(args.out):
        judge.load_state_dict(state["model"])
    optimiser = torch.optim.AdamW(judge.parameters(), 1e-3, weight_decay=0.02)
    rng = np.random.default_rng(1)
    begin, steps = time.process_time(), 0
    while (done := (time.process_time() - begin) / 60 / args.minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 1.5e-3 * min(1, (steps + 1) / 50) * max(0.02, min(1, (1 - done) / 0.6))
        sharp, mild = rng.integers(len(pictures), size=40), rng.integers(SOFTENED, size=24)
        x = judge_input(np.concatenate([pictures[sharp], soft[mild]]))
        x = (x + torch.randn(len(x), 1, 1, 1) * 0.02).contiguous(memory_format=torch.channels_last)
        where = np.concatenate([sharp, len(pictures) + mild])
        with autocast():
            a, b = judge.train()(x)
        loss = sum(F.cross_entropy(part, whole[where, i]) for i, part in enumerate(a.float().split(WHOLE_PARTS, -1)))
        for i, part in enumerate(b.float().split(COLUMN_PARTS, -1)):
            loss = loss + F.cross_entropy(part.flatten(0, 1), columns[where][..., i].flatten(), ignore_index=-1) * 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        steps += 1
        if steps % 100 == 0:
            print(f"{done * args.minutes:.1f} CPU min, step {steps}, loss {loss.item():.3f}", flush=True)
    save(args.out, {"model": judge.state_dict()})
    held = np.load(args.held_out / "pictures.npy", mmap_mode="r")[:600]
    print(steps, "steps; on renders of other scenes:", scores(verdicts(judge, held), np.load(args.held_out / "scenes.npy")[:600]))


if __name__ == "__main__":
    main()
