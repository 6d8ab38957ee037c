"""Trains the decoder alone: `python -m training.starter.train_decoder --data DIR --held-out DIR --start-from starter --out decoder.pt --minutes 60`.

The encoder stays, so latents that exist stay valid. Folders need latents.npy (encode.py); those with drawn.npy (redraw.py) also teach what
the denoiser makes of a picture. Resumes from --out, else begins with --start-from, whose decoder may be smaller. Minutes are CPU minutes.

[Note: Two kinds of latents]
A decoder that has only seen the encoder's latents passes the denoiser's mistakes on: outlines break up and faces smear. Half of each batch is
therefore drawn by the denoiser, and the picture to come out is the one that was meant. As several pictures can be meant, the mean of them, a soft
one, is what absolute errors ask for; a small critic of patches asks for one of them. Its gradient is kept at a fixed share of the error's.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ..checkpoint import Average, load, save
from ..muon import MuonAdamW
from ..precision import autocast
from .autoencoder import Autoencoder, Decoder, ResBlock
from .domain import STYLES
from .train_vae import reconstruction_error
from .weights import load_autoencoder

CELLS = 16  # side of a crop in latent cells, 128 px
ON_OBJECT = 0.75


def take_over(large: Decoder, small: Decoder) -> None:
    """Puts `small` into the first channels and blocks of `large`, so that it answers the same; the rest keeps its first weights,
    but nothing of it is heard by the old channels yet."""
    theirs = iter([*small.net, None])
    layer = next(theirs)
    for mine in large.net:
        if isinstance(mine, ResBlock) and not isinstance(layer, ResBlock):
            nn.init.zeros_(mine.conv2.bias)
            continue  # a further block: it adds nothing until it has learnt to
        for name, value in mine.named_parameters():
            old = dict(layer.named_parameters())[name].data
            if value.ndim > 1:
                value.data[: len(old)] = 0
                value.data[: len(old), : old.shape[1]] = old
            else:
                value.data[: len(old)] = old
        layer = next(theirs)
    large.mean.copy_(small.mean)
    large.std.copy_(small.std)


class Pairs:
    """Latents with the pictures that they mean, of one or more folders."""

    def __init__(self, folders: list[Path]):
        # Read into memory: random reads from disk would cost more than the training.
        self.pictures = [np.load(folder / "pictures.npy") for folder in folders]
        self.covered = [np.load(folder / "masks.npy") > 0 for folder in folders]
        self.clean = [np.load(folder / "latents.npy") for folder in folders]
        self.drawn = [np.load(folder / "drawn.npy") if (folder / "drawn.npy").exists() else np.zeros((0, 4, 32, 32), np.float16) for folder in folders]
        places = lambda latents: np.array([(i, j) for i, held in enumerate(latents) for j in range(len(held)) if held[j].any()])  # noqa: E731
        self.places = {"clean": places(self.clean), "drawn": places(self.drawn)}

    def crops(self, kind: str, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Latents [count,4,16,16] and pictures [count,3,128,128] in [-1,1], most of them around a cell of some object."""
        latents, out = np.empty((count, 4, CELLS, CELLS), np.float32), np.empty((count, 8 * CELLS, 8 * CELLS, 3), np.uint8)
        for n, (i, j) in enumerate(self.places[kind][rng.integers(len(self.places[kind]), size=count)]):
            y, x = rng.integers(0, 32 - CELLS + 1, size=2)
            cells = np.argwhere(self.covered[i][j])
            if len(cells) and rng.random() < ON_OBJECT:
                y, x = np.clip(cells[rng.integers(len(cells))] - rng.integers(0, CELLS, size=2), 0, 32 - CELLS)
            latents[n] = getattr(self, kind)[i][j][:, y : y + CELLS, x : x + CELLS]
            out[n] = self.pictures[i][j][8 * y : 8 * (y + CELLS), 8 * x : 8 * (x + CELLS)]
        return torch.from_numpy(latents), torch.from_numpy(out).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


class Critic(nn.Module):
    """One number per patch of 26 px: above 0 for pictures, below for the decoder's."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            spectral_norm(nn.Conv2d(3, 48, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(48, 96, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(96, 128, 3, 1, 1)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(128, 1, 3, 1, 1)),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


def edge_energy(picture: Tensor) -> Tensor:
    """Root of the squared steps between neighbours, averaged over 4 x 4. A blurred edge has less of it than a sharp one
    wherever exactly it lies, so a decoder that is not sure of the place is no longer paid for blurring."""
    across = (picture[..., :-1, 1:] - picture[..., :-1, :-1]).square()
    down = (picture[..., 1:, :-1] - picture[..., :-1, :-1]).square()
    return (F.avg_pool2d((across + down).mean(1, keepdim=True), 4, 2) + 1e-4).sqrt()


def error_of(y: Tensor, x: Tensor, sharpness: float) -> Tensor:
    """The autoencoder's error, and the lack of edge energy."""
    return reconstruction_error(y, x) + sharpness * (edge_energy(y) - edge_energy(x)).abs().mean()


@torch.no_grad()
def psnr_by_style(decoder: nn.Module, latents: np.ndarray, pictures: np.ndarray, styles: np.ndarray) -> dict[str, float]:
    """Mean PSNR in dB of whole 8-bit pictures, over all and by style."""
    values = []
    for at in range(0, len(pictures), 8):
        with autocast():
            y = decoder(torch.from_numpy(latents[at : at + 8]).float().contiguous(memory_format=torch.channels_last)).float()
        y = ((y.clamp(-1, 1) + 1) * 127.5).round()
        x = torch.from_numpy(pictures[at : at + 8]).permute(0, 3, 1, 2).float()
        values += (10 * torch.log10(255**2 / (y - x).square().mean((1, 2, 3)))).tolist()
    values = np.array(values)
    return {"all": round(float(values.mean()), 2)} | {name: round(float(values[styles == i].mean()), 2) for i, name in enumerate(STYLES)}


def held_out_psnr(decoder: nn.Module, folder: Path, count: int = 240) -> dict[str, dict[str, float]]:
    pictures, styles = np.load(folder / "pictures.npy", mmap_mode="r")[:count].copy(), np.load(folder / "scenes.npy")[:count, 0]
    files = {"encoded": "latents.npy", "drawn": "drawn.npy"}
    return {kind: psnr_by_style(decoder, np.load(folder / name)[:count], pictures, styles) for kind, name in files.items() if (folder / name).exists()}


class Training:
    """Everything that a checkpoint holds."""

    def __init__(self, args: argparse.Namespace):
        state = load(args.out)
        known = load_autoencoder(args.start_from)
        self.model = Autoencoder()
        self.model.encoder.load_state_dict(known.encoder.state_dict())
        take_over(self.model.decoder, known.decoder)
        self.decoder = self.model.decoder.to(memory_format=torch.channels_last)
        self.critic = Critic().to(memory_format=torch.channels_last)
        self.optimiser = MuonAdamW(self.decoder, args.rate, args.rate)
        self.critic_optimiser = torch.optim.Adam(self.critic.parameters(), 4e-4, betas=(0.5, 0.95))
        self.steps, self.minutes = int(state.get("steps", 0)), float(state.get("minutes", 0))
        if state:
            self.decoder.load_state_dict(state["decoder"])
            self.critic.load_state_dict(state["critic"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.critic_optimiser.load_state_dict(state["critic optimiser"])
        self.average = Average(self.decoder, 0.998, state.get("average"), self.steps)

    def save(self, path: Path) -> None:
        """`model` is what other commands load: the encoder with the averaged decoder."""
        whole = {f"encoder.{k}": v for k, v in self.model.encoder.state_dict().items()} | {f"decoder.{k}": v for k, v in self.average.state.items()}
        state = {"decoder": self.decoder.state_dict(), "critic": self.critic.state_dict(), "optimiser": self.optimiser.state_dict()}
        save(path, {"model": whole, "average": self.average.state, "critic optimiser": self.critic_optimiser.state_dict(), "steps": self.steps, "minutes": self.minutes, **state})

    def step(self, z: Tensor, x: Tensor, sharpness: float, critic_share: float, critic_learns: bool) -> tuple[float, float]:
        """One step of both; the error and the critic's loss."""
        with autocast():
            y = self.decoder(z.contiguous(memory_format=torch.channels_last)).float()
        error = error_of(y, x, sharpness)
        judged = 0.0
        if critic_learns:
            with autocast():
                true, made = self.critic(torch.cat([x, y.detach()])).float().chunk(2)
            loss = F.relu(1 - true).mean() + F.relu(1 + made).mean()
            self.critic_optimiser.zero_grad()
            loss.backward()
            self.critic_optimiser.step()
            judged = loss.item()
        (towards,) = torch.autograd.grad(error, y, retain_graph=True)
        if critic_share:
            seen = y.detach().requires_grad_()
            with autocast():
                liked = self.critic(seen).float().mean()
            (push,) = torch.autograd.grad(-liked, seen)
            towards = towards + critic_share * towards.norm() / (push.norm() + 1e-12) * push
        self.optimiser.zero_grad()
        y.backward(towards)
        torch.nn.utils.clip_grad_norm_(self.decoder.parameters(), 1.0)
        self.optimiser.step()
        self.average.update(self.decoder)
        self.steps += 1
        return error.item(), judged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--held-out", type=Path, required=True)
    parser.add_argument("--start-from", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--noise", type=float, default=0.06, help="on the encoder's latents, whose deviation is 1")
    parser.add_argument("--sharpness", type=float, default=0.5, help="weight of the edge energy")
    parser.add_argument("--critic", type=float, default=0.4, help="the critic's gradient as a share of the error's")
    parser.add_argument("--critic-from", type=float, default=0.5, help="share of the minutes after which the critic begins")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    training = Training(args)
    pairs = Pairs(args.data)
    rng = np.random.default_rng(args.seed + training.steps)
    half = args.batch // 2
    before, begin = training.minutes, time.process_time()
    saved, running, judged, heard = begin, 0.0, 2.0, 0
    while True:
        now = time.process_time()
        training.minutes = before + (now - begin) / 60
        done = training.minutes / args.minutes
        if done >= 1 or now - saved > 120:
            saved = now
            training.save(args.out)
            print(f"{training.minutes:.1f} CPU min, step {training.steps}, error {running:.4f}, critic {judged:.3f}", flush=True)
        if done >= 1:
            break
        training.optimiser.set_share(min(1, (training.steps + 1) / 100) * max(0.02, min(1, (1 - done) / 0.5)))
        clean, clean_pictures = pairs.crops("clean", args.batch - half, rng)
        drawn, drawn_pictures = pairs.crops("drawn", half, rng)
        z = torch.cat([clean + args.noise * torch.randn_like(clean), drawn])
        learns = args.critic > 0 and done >= args.critic_from
        heard += learns
        # The critic looks on for 100 steps before it is heard, and is heard fully after 300.
        share = args.critic * float(np.clip((heard - 100) / 200, 0, 1))
        error, verdict = training.step(z, torch.cat([clean_pictures, drawn_pictures]), args.sharpness, share, learns)
        running = error if running == 0 else 0.99 * running + 0.01 * error
        judged = 0.98 * judged + 0.02 * verdict if learns else judged
    training.decoder.load_state_dict(training.average.state)
    for kind, values in held_out_psnr(training.decoder, args.held_out).items():
        print(f"held-out PSNR in dB, {kind}: {values}")


if __name__ == "__main__":
    main()
