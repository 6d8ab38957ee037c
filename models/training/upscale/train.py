"""Trains an upscaler: `python -m training.upscale.train --scale 2 --leaves DIR --starter DIR --vae vae.pt --out up2.pt --minutes 12`.

Three quarters of a batch are dead leaves; one quarter is the starter's world: the small picture is a render that went through
the autoencoder (as soft as the starter's own pictures), the large one the crisp render. Resumes from --out; --start-from takes what fits
from a checkpoint or a shipped folder: everything from the same scale, all but the last layer from the other. --single computes in
float32: bfloat16 has steps of a quarter to half a level of 255 at its input, which is all that soft, faint pictures are about.
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..checkpoint import Average, load, save
from ..precision import autocast
from ..starter.weights import load_autoencoder, shipped_state
from .degrade import degraded, shrink, varied
from .evaluate import mean_gain
from .network import Upscaler


def starter_pairs(folder: Path, vae_path: Path, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(soft, crisp) pictures, uint8 [count,256,256,3] each."""
    crisp = np.array(np.load(folder / "pictures.npy", mmap_mode="r")[:count])
    vae = load_autoencoder(vae_path)
    soft = []
    with torch.inference_mode():
        for at in range(0, count, 10):
            x = torch.from_numpy(crisp[at : at + 10]).permute(0, 3, 1, 2).float() / 127.5 - 1
            soft.append(((vae.decoder(vae.encoder(x)).clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy())
    return np.concatenate(soft), crisp


def batch_of(leaves: np.ndarray, soft: np.ndarray, crisp: np.ndarray, scale: int, patch: int, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Small [B,3,p,p] and large [B,3,sp,sp], in 0..1."""
    smalls, larges = [], []
    size = patch * scale
    for i in range(count):
        y, x = rng.integers(0, (256 - size) // scale + 1, size=2) * scale
        if i % 4 == 3:
            n = int(rng.integers(len(crisp)))
            large = crisp[n, y : y + size, x : x + size]
            small = shrink(soft[n], scale)[y // scale : y // scale + patch, x // scale : x // scale + patch]
        else:
            large = varied(leaves[int(rng.integers(len(leaves))), y : y + size, x : x + size], rng)
            small = degraded(large, scale, rng)
        smalls.append(small)
        larges.append(large)

    def stack(pictures: list[np.ndarray]) -> Tensor:
        return (torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255).contiguous(memory_format=torch.channels_last)

    return stack(smalls), stack(larges)


def loss_of(made: Tensor, wanted: Tensor, small: Tensor) -> Tensor:
    """Charbonnier and a little of the spectrum's L1, which keeps edges crisp, against what bicubic does to each patch: a soft, faint one counts as much as a hard one."""
    error = made - wanted
    bicubic = (F.interpolate(small, size=wanted.shape[2:], mode="bicubic") - wanted).abs().mean(dim=(1, 2, 3))
    each = (error.square() + 1e-7).sqrt().mean(dim=(1, 2, 3)) + 0.05 * torch.fft.rfft2(error, norm="ortho").abs().mean(dim=(1, 2, 3))
    return 0.02 * (each / (bicubic + 0.003)).mean()


def start_state(path: Path) -> dict:
    """A checkpoint's, or a shipped folder's: weights, and the steps and minutes that made them."""
    if not path.is_dir():
        return load(path)
    made = json.loads((path / "manifest.json").read_text())["madeBy"]
    return {"model": shipped_state(path / "model.safetensors"), "steps": made["steps"], "minutes": made["minutes"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, choices=(2, 4), required=True)
    parser.add_argument("--leaves", type=Path, required=True)
    parser.add_argument("--starter", type=Path, required=True)
    parser.add_argument("--vae", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--patch", type=int, default=40)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    leaves = np.load(args.leaves / "leaves.npy")
    soft, crisp = starter_pairs(args.starter, args.vae, 120)
    model = Upscaler(args.scale)
    state = load(args.out)
    if not state and args.start_from:
        state = start_state(args.start_from)
    own = model.state_dict()
    fitting = {k: v for k, v in state.get("model", {}).items() if v.shape == own[k].shape}
    model.load_state_dict(own | fitting)
    if len(fitting) < len(own):
        state = {}
    model = model.to(memory_format=torch.channels_last)
    steps = first = int(state.get("steps", 0))
    average = Average(model, 0.998)
    optimiser = torch.optim.AdamW(model.parameters(), args.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    rng = np.random.default_rng(steps + 17 * args.scale)
    begin = last = time.process_time()

    def keep() -> None:
        save(args.out, {"model": average.state, "steps": steps, "minutes": float(state.get("minutes", 0)) + (time.process_time() - begin) / 60})

    # CPU time, not wall time: on a shared machine the same budget then means the same training.
    while (done := (time.process_time() - begin) / 60 / args.minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (steps - first + 1) / 60) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * done)))
        small, large = batch_of(leaves, soft, crisp, args.scale, args.patch, args.batch, rng)
        with nullcontext() if args.single else autocast():
            made = model.raw(small)
        loss = loss_of(made.float(), large, small)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimiser.step()
        average.update(model)
        steps += 1
        if time.process_time() - last > 60:
            last = time.process_time()
            keep()
            print(f"{(last - begin) / 60:.1f} CPU min, step {steps}, loss {loss.item():.4f}", flush=True)
    keep()
    model.load_state_dict(average.state)
    print(f"x{args.scale}: {steps} steps, mean gain over bicubic {mean_gain(model):.2f} dB")


if __name__ == "__main__":
    main()
