"""Trains the decoder for what the denoiser really hands it: `python -m training.starter.train_decoder --data DIR --start-from starter --out vae.pt --minutes 30`.

The encoder and so all latents stay as they are. Input: latents of renders, and the denoiser's versions of them (draw_latents); target:
the render, mostly around objects. The first half of the minutes by difference and edges alone, then with a critic (critic.py), because
where several outlines are possible their mean is a smear. Resumes from --out. Minutes are CPU minutes.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..checkpoint import Average, load, save
from ..precision import autocast
from .autoencoder import Autoencoder
from .critic import Critic, critic_loss, decoder_losses
from .train_vae import picture_loss
from .weights import load_autoencoder

CELLS = 12  # of the latent grid: crops of 96 x 96 pixels
BESIDE_OBJECTS = 0.2
TRUE_LATENTS = 0.35


class Crops:
    """Pairs of latents and pictures of a folder that render, encode and draw_latents wrote."""

    def __init__(self, folder: Path):
        self.drawn = np.load(folder / "drawn.npy")
        count = len(self.drawn)
        self.latents = np.load(folder / "latents.npy")[:count]
        self.pictures = np.load(folder / "pictures.npy", mmap_mode="r")[:count].copy()
        self.masks = np.load(folder / "masks.npy")[:count]

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """latents [count,4,12,12] and pictures [count,3,96,96] in [-1,1]"""
        z = np.empty((count, 4, CELLS, CELLS), np.float32)
        x = np.empty((count, CELLS * 8, CELLS * 8, 3), np.uint8)
        for i in range(count):
            which = int(rng.integers(len(self.drawn)))
            y0, x0 = rng.integers(0, 32 - CELLS + 1, size=2)
            rows, columns = np.nonzero(self.masks[which] > 60)
            if len(rows) and rng.random() > BESIDE_OBJECTS:
                near = int(rng.integers(len(rows)))
                shift = rng.integers(2, CELLS - 2, size=2)
                y0, x0 = (int(np.clip(at - back, 0, 32 - CELLS)) for at, back in zip((rows[near], columns[near]), shift))
            of = self.latents if rng.random() < TRUE_LATENTS else self.drawn
            z[i] = of[which, :, y0 : y0 + CELLS, x0 : x0 + CELLS]
            x[i] = self.pictures[which, y0 * 8 : (y0 + CELLS) * 8, x0 * 8 : (x0 + CELLS) * 8]
        pictures = torch.from_numpy(x).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
        return torch.from_numpy(z).contiguous(memory_format=torch.channels_last), pictures.contiguous(memory_format=torch.channels_last)


def balanced(plain: Tensor, other: Tensor, last: Tensor) -> float:
    """The weight with which `other` pulls as hard on the last layer as `plain` does (Esser et al. 2021)."""
    pulls = [torch.autograd.grad(loss, last, retain_graph=True)[0].norm() for loss in (plain, other)]
    return float((pulls[0] / (pulls[1] + 1e-6)).clamp(max=100))


@torch.no_grad()
def measured(model: Autoencoder, folder: Path, count: int = 48) -> tuple[float, float]:
    """Mean PSNR in dB of whole pictures from the encoder's latents and from the denoiser's."""
    truth = torch.from_numpy(np.load(folder / "pictures.npy", mmap_mode="r")[:count].copy()).permute(0, 3, 1, 2).float()
    result = []
    for name in ("latents.npy", "drawn.npy"):
        values = []
        for z, x in zip(torch.from_numpy(np.load(folder / name)[:count]).float().split(8), truth.split(8)):
            y = ((model.decoder(z).clamp(-1, 1) + 1) * 127.5).round()
            values += (10 * torch.log10(255**2 / (y - x).square().mean((1, 2, 3)))).tolist()
        result.append(float(np.mean(values)))
    return result[0], result[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path)
    parser.add_argument("--minutes", type=float, default=30, help="in all, those of earlier runs of --out included")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=7e-4)
    parser.add_argument("--sharpness", type=float, default=0.5)
    parser.add_argument("--critic-from", type=float, default=0.4, help="part of the minutes")
    parser.add_argument("--critic", type=float, default=0.3, help="its pull, as part of the pull of the differences")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    data = Crops(args.data)
    known = args.out if args.out.exists() else args.start_from
    model = (load_autoencoder(known) if known else Autoencoder()).to(memory_format=torch.channels_last)
    model.encoder.requires_grad_(False)
    critic = Critic().to(memory_format=torch.channels_last)
    trained = list(model.decoder.parameters())
    optimiser = torch.optim.AdamW(trained, args.rate, betas=(0.9, 0.98), weight_decay=1e-4)
    critic_optimiser = torch.optim.AdamW(critic.parameters(), 4e-4, betas=(0.5, 0.95))
    state = load(args.out)
    steps, spent = int(state.get("steps", 0)), float(state.get("minutes", 0))
    average = Average(model, 0.998, state.get("model"), steps)
    if state:
        model.load_state_dict(state["now"])
        critic.load_state_dict(state["critic"])
        optimiser.load_state_dict(state["optimiser"])
        critic_optimiser.load_state_dict(state["critic optimiser"])
    rng = np.random.default_rng(args.seed + steps)
    last = model.decoder.net[-2].weight
    pull, running = 0.0, 0.0
    # CPU time, not wall time: on a shared machine the same budget then means the same training.
    begin = told = time.process_time()
    before = spent
    while True:
        now = time.process_time()
        spent = before + (now - begin) / 60
        done = spent / args.minutes
        if done >= 1 or now - told > 45:
            told = now
            save(args.out, {"model": average.state, "now": model.state_dict(), "critic": critic.state_dict(), "optimiser": optimiser.state_dict(), "critic optimiser": critic_optimiser.state_dict(), "steps": steps, "minutes": spent})
            print(f"{spent:.1f} CPU min, step {steps}, differences {running:.4f}, pull {pull:.3g}", flush=True)
        if done >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (steps + 1) / 50) * max(0.02, min(1, (1 - done) / 0.5))
        z, x = data.draw(args.batch, rng)
        z = z + 0.05 * torch.randn_like(z)
        with autocast():
            y = model.decoder(z).float()
        plain = picture_loss(y, x, args.sharpness)
        running = plain.item() if running == 0 else 0.98 * running + 0.02 * plain.item()
        loss = plain
        if done >= args.critic_from:
            doubt, difference = decoder_losses(critic, x, y)
            if steps % 10 == 0 or pull == 0:
                pull = balanced(plain, doubt, last)
            loss = plain + args.critic * pull * doubt + 0.1 * difference
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        average.update(model)
        # The critic begins earlier, so that it has an opinion when it is asked for one.
        if done >= args.critic_from / 2:
            critic_optimiser.zero_grad()
            critic_loss(critic, x, y.detach()).backward()
            critic_optimiser.step()
        steps += 1
    model.load_state_dict(average.state)
    print("%d steps; held-out PSNR from the encoder's latents %.2f dB, from the denoiser's %.2f dB" % (steps, *measured(model, args.held_out)))


if __name__ == "__main__":
    main()
