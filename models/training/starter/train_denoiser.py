"""Trains the denoiser: `python -m training.starter.train_denoiser --data DIR --families DIR --held-out DIR --out denoiser.pt --minutes 90`.

Resumes from --out, with optimiser and averages; --start-from takes the weights of another checkpoint or of the
committed model (models/starter/transformer/diffusion_pytorch_model.safetensors) and begins a new run with them.
A file named like --out with the ending .stop makes it decay the rate over the next tenth of its minutes and finish.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..checkpoint import Average, load, save
from ..muon import MuonAdamW
from ..precision import autocast
from .batches import Batch, Families, Latents, from_noise, from_relatives
from .condition import encode_slots
from .denoiser import Denoiser
from .weights import load_shipped

NOT_MATRICES = frozenset(("shape_memory", "backdrop_memory", "hue", "token_place", "column_share"))


def object_weight(share: Tensor, weight: float) -> Tensor:
    """[B,32,32] -> [B,1,32,32]: `weight` on and next to objects, 1 elsewhere, normalised to mean 1."""
    near = F.max_pool2d((share > 0.02).float()[:, None], 3, 1, 1)
    raw = 1 + (weight - 1) * near
    return raw / raw.mean()


def flow_loss(model: torch.nn.Module, batch: Batch, weight: Tensor | float) -> Tensor:
    """Squared error of the velocity, times s^2: of the way from start to target, else short paths would drown the others."""
    s = batch.s[:, None, None, None]
    path = (batch.start - batch.target) / s
    x = (batch.target + batch.t[:, None, None, None] * path).contiguous(memory_format=torch.channels_last)
    with autocast():
        v = model(x, batch.t, encode_slots(batch.slots))
    return ((v.float() - path).mul(s).square() * weight).mean()


@torch.no_grad()
def held_out_error(model: torch.nn.Module, data: Latents, count: int = 256) -> tuple[float, float]:
    """v-MSE with fixed times and noise, over everything and over objects only."""
    g = torch.Generator().manual_seed(5)
    total = objects = 0.0
    for at in range(0, count, 64):
        z, share, slots = data.at(torch.arange(at, at + 64))
        batch = Batch(torch.randn(z.shape, generator=g), z, (torch.arange(64) + 0.5) / 64, torch.ones(64), share, slots)
        near = (share > 0.02).float()[:, None]
        total += flow_loss(model, batch, 1.0).item() * 64 / count
        objects += flow_loss(model, batch, near / near.mean()).item() * 64 / count
    return total, objects


def rate_share(done: float, steps: int, floor: float = 0.03) -> float:
    """Warm up for 100 steps, hold, then fall linearly over the last 40 %."""
    return min(1, (steps + 1) / 100) * max(floor, min(1, (1 - done) / 0.4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--families", type=Path, nargs="+", help="pictures of render --family, for image to image")
    parser.add_argument("--pair-share", type=float, default=0.2)
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
    families = Families(args.families) if args.families else None
    pairs = round(args.pair_share * args.batch) if families else 0
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
        batch = from_noise(data, args.batch - pairs, g)
        if families:
            batch = batch + from_relatives(families, pairs, g)
        loss = flow_loss(model, batch, object_weight(batch.share, weight))
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
