"""Trains the autoencoder: `python -m training.starter.train_vae --data DIR --out vae.pt --minutes 12`.

Resumes from --out when it exists, else begins with --start-from (a checkpoint or a shipped folder). Minutes are CPU minutes. The decoder
goes on alone in train_decoder.py.
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
from ..precision import autocast
from .autoencoder import Autoencoder
from .weights import load_autoencoder

CROP = 128


def crops(pictures: np.ndarray, count: int, rng: np.random.Generator) -> Tensor:
    """[count,3,128,128] in [-1,1]; corners on the 8 px grid, because textures and latents share it."""
    out = np.empty((count, CROP, CROP, 3), np.uint8)
    for i in range(count):
        y, x = rng.integers(0, (256 - CROP) // 8 + 1, size=2) * 8
        out[i] = pictures[rng.integers(len(pictures)), y : y + CROP, x : x + CROP]
    return torch.from_numpy(out).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous(memory_format=torch.channels_last)


def reconstruction_error(y: Tensor, x: Tensor) -> Tensor:
    """Absolute errors of pixels, steps between neighbours and 4 x 4 means, and squared errors."""
    error = y - x
    gradient = (error[..., 1:] - error[..., :-1]).abs().mean() + (error[:, :, 1:] - error[:, :, :-1]).abs().mean()
    return error.abs().mean() + 0.8 * gradient + 0.5 * F.avg_pool2d(error, 4).abs().mean() + error.square().mean()


def loss_of(model: Autoencoder, x: Tensor, noise: float) -> Tensor:
    with autocast():
        z = model.encoder.net(x)
        y = model.decoder.net(z + noise * torch.randn_like(z))
    return reconstruction_error(y.float(), x) + 2e-3 * z.float().square().mean()


@torch.no_grad()
def psnr(model: Autoencoder, pictures: np.ndarray) -> float:
    """Mean PSNR in dB of whole pictures through the 8-bit round trip."""
    values = []
    for chunk in np.array_split(pictures, max(1, len(pictures) // 8)):
        x = torch.from_numpy(chunk).permute(0, 3, 1, 2).float() / 127.5 - 1
        with autocast():
            y = model.decoder.net(model.encoder.net(x)).float()
        y = ((y.clamp(-1, 1) + 1) * 127.5).round()
        values += (10 * torch.log10(255**2 / (y - (x + 1) * 127.5).square().mean((1, 2, 3)))).tolist()
    return float(np.mean(values))


@torch.no_grad()
def latent_scale(model: Autoencoder, pictures: np.ndarray) -> tuple[Tensor, Tensor]:
    z = torch.cat([model.encoder.net(torch.from_numpy(chunk).permute(0, 3, 1, 2).float() / 127.5 - 1) for chunk in np.array_split(pictures, 16)])
    return z.mean((0, 2, 3)), z.std((0, 2, 3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--noise", type=float, default=0.12)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    # Read into memory: random reads from disk would cost more than the training.
    pictures = np.load(args.data / "pictures.npy")
    held_out = np.load(args.held_out / "pictures.npy", mmap_mode="r")[:48]
    known = args.out if args.out.exists() else args.start_from
    model = (load_autoencoder(known) if known else Autoencoder()).to(memory_format=torch.channels_last)
    steps = int(load(args.out).get("steps", 0))
    average = Average(model, 0.998)
    rng = np.random.default_rng(args.seed + steps)
    optimiser = torch.optim.AdamW(model.parameters(), args.rate, betas=(0.9, 0.98), weight_decay=1e-4)
    # CPU time, not wall time: on a shared machine the same budget then means the same training.
    begin = last = time.process_time()
    first = steps
    while True:
        done = (time.process_time() - begin) / 60 / args.minutes
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (steps - first + 1) / 50) * max(0.02, min(1, (1 - done) / 0.6))
        loss = loss_of(model, crops(pictures, args.batch, rng), args.noise)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        average.update(model)
        steps += 1
        if time.process_time() - last > 60:
            last = time.process_time()
            save(args.out, {"model": average.state, "steps": steps})
            print(f"{(last - begin) / 60:.1f} CPU min, step {steps}, loss {loss.item():.4f}", flush=True)
    model.load_state_dict(average.state)
    model.set_latent_scale(*latent_scale(model, held_out))
    print(f"steps {steps}, held-out PSNR {psnr(model, held_out):.2f} dB, latent mean {model.encoder.mean.flatten().tolist()}, std {model.encoder.std.flatten().tolist()}")
    save(args.out, {"model": model.state_dict(), "steps": steps})


if __name__ == "__main__":
    main()
