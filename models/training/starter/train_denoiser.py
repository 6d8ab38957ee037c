"""Trains the denoiser: `python -m training.starter.train_denoiser --data DIR --held-out DIR --out denoiser.pt --minutes 90`.

Resumes from --out, with optimiser and averages; --start-from takes the weights of another checkpoint or of the
committed model (models/starter/transformer/diffusion_pytorch_model.safetensors) and begins a new run with them.
A file named like --out with the ending .stop makes it decay the rate over the next tenth of its minutes and finish.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..checkpoint import Average, load, save
from ..muon import MuonAdamW
from .condition import encode_slots, forget, slots_of_row
from .denoiser import Denoiser
from .weights import load_shipped

NOT_MATRICES = frozenset(("shape_memory", "backdrop_memory", "hue", "token_place", "column_share"))


class Latents:
    """Latents, object shares and slots of one or more folders written by render and encode."""

    def __init__(self, folders: list[Path]):
        self.latents = [np.load(folder / "latents.npy", mmap_mode="r") for folder in folders]
        masks = np.concatenate([np.load(folder / "masks.npy") for folder in folders])
        self.masks = torch.from_numpy(masks)
        rows = np.concatenate([np.load(folder / "scenes.npy") for folder in folders])
        self.slots = torch.from_numpy(np.stack([slots_of_row(row) for row in rows]))
        self.latents = torch.from_numpy(np.concatenate(self.latents))

    def batch(self, where: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.latents[where].float(), self.masks[where].float() / 255, self.slots[where]


def object_weight(share: Tensor, weight: float) -> Tensor:
    """[B,32,32] -> [B,1,32,32]: `weight` on and next to objects, 1 elsewhere, normalised to mean 1."""
    near = F.max_pool2d((share > 0.02).float()[:, None], 3, 1, 1)
    raw = 1 + (weight - 1) * near
    return raw / raw.mean()


def flow_loss(model: torch.nn.Module, z: Tensor, slots: Tensor, t: Tensor, noise: Tensor, weight: Tensor | float) -> Tensor:
    at = t[:, None, None, None]
    x = ((1 - at) * z + at * noise).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        v = model(x, t, encode_slots(slots))
    return ((v.float() - (noise - z)).square() * weight).mean()


@torch.no_grad()
def held_out_error(model: torch.nn.Module, data: Latents, count: int = 256) -> tuple[float, float]:
    """v-MSE with fixed times and noise, over everything and over objects only."""
    g = torch.Generator().manual_seed(5)
    total = objects = 0.0
    for at in range(0, count, 64):
        z, share, slots = data.batch(torch.arange(at, at + 64))
        t = (torch.arange(64) + 0.5) / 64
        noise = torch.randn(z.shape, generator=g)
        near = (share > 0.02).float()[:, None]
        total += flow_loss(model, z, slots, t, noise, 1.0).item() * 64 / count
        objects += flow_loss(model, z, slots, t, noise, near / near.mean()).item() * 64 / count
    return total, objects


def rate_share(done: float, steps: int, floor: float = 0.03) -> float:
    """Warm up for 100 steps, hold, then fall linearly over the last 40 %."""
    return min(1, (steps + 1) / 100) * max(floor, min(1, (1 - done) / 0.4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--adam-rate", type=float, default=1.5e-3)
    parser.add_argument("--object-weight", type=float, default=5)
    parser.add_argument("--last-object-weight", type=float, default=2)
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    data, held_out = Latents(args.data), Latents([args.held_out])
    model = Denoiser()
    if args.start_from:
        load_shipped(model, args.start_from)
    model = model.to(memory_format=torch.channels_last)
    optimiser = MuonAdamW(model, args.rate, args.adam_rate, NOT_MATRICES)
    state = load(args.out)
    samples, steps, spent = int(state.get("samples", 0)), int(state.get("steps", 0)), float(state.get("minutes", 0))
    if state:
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
    average = Average(model, args.average, state.get("average"), steps)
    g = torch.Generator().manual_seed(args.seed * 7919 + steps)
    begin, before, first = time.monotonic(), spent, samples
    told = saved = begin
    running, stop = 0.0, args.out.with_suffix(".stop")
    minutes, last = args.minutes, Denoiser()
    while True:
        now = time.monotonic()
        spent = before + (now - begin) / 60
        if stop.exists():
            stop.unlink()
            minutes = min(minutes, spent / 0.9)
        done = spent / minutes
        if done >= 1 or now - saved > 180:
            saved = now
            save(args.out, {"model": model.state_dict(), "average": average.state, "optimiser": optimiser.state_dict(), "samples": samples, "steps": steps, "minutes": spent})
            last.load_state_dict(average.state)
            whole, objects = held_out_error(last, held_out)
            speed = (samples - first) / (now - begin)
            print(f"{spent:.1f} min, {samples} samples, {speed:.1f}/s, loss {running:.4f}, held-out {whole:.4f}, on objects {objects:.4f}", flush=True)
        if done >= 1:
            break
        share = rate_share(done, steps)
        optimiser.set_share(share)
        weight = args.object_weight if share >= 1 else args.last_object_weight + (args.object_weight - args.last_object_weight) * share
        z, mask, slots = data.batch(torch.randint(len(data.slots), (args.batch,), generator=g))
        t = 0.02 + 0.98 * torch.sigmoid(torch.randn(args.batch, generator=g) + 0.3)
        noise = torch.randn(z.shape, generator=g)
        loss = flow_loss(model, z, forget(slots, g), t, noise, object_weight(mask, weight))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update(model)
        steps, samples = steps + 1, samples + args.batch
        running = loss.item() if running == 0 else 0.99 * running + 0.01 * loss.item()
        if now - told > 60:
            told = now
            print(f"{spent:.1f} min, step {steps}, {samples} samples, loss {running:.4f}", flush=True)


if __name__ == "__main__":
    main()
