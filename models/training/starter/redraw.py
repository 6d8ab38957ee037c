"""Lets the shipped denoiser redraw rendered pictures: `python -m training.starter.redraw --data DIR --model starter`.

Writes drawn.npy (float16 [N,4,32,32]) beside pictures.npy: each picture is encoded, noised to one of the times --strengths and drawn back from
there as the app would, with its true slots. The scene stays where it was, so these are latents with the denoiser's own mistakes, each beside the picture
that it meant: what a decoder has to learn from. Rows that are not done yet are zero; a killed run goes on with them.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from ..precision import autocast
from .condition import encode_slots, slots_of_row
from .denoiser import Denoiser
from .sample import sample
from .weights import load_autoencoder, load_shipped

BATCH = 32
STEPS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a shipped folder: its encoder and its denoiser")
    parser.add_argument("--strengths", type=float, nargs="+", default=[0.25, 0.375, 0.5, 0.625])
    parser.add_argument("--count", type=int, default=1 << 30, help="only so many of the pictures")
    parser.add_argument("--guidance", type=float, default=2.0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    denoiser = Denoiser()
    load_shipped(denoiser, args.model / "transformer/diffusion_pytorch_model.safetensors")
    denoiser = denoiser.eval().to(memory_format=torch.channels_last)
    encoder = load_autoencoder(args.model).encoder.eval().to(memory_format=torch.channels_last)

    def velocity(x: torch.Tensor, t: torch.Tensor, condition: torch.Tensor) -> torch.Tensor:
        with autocast():
            return denoiser(x.contiguous(memory_format=torch.channels_last), t, condition).float()

    pictures = np.load(args.data / "pictures.npy", mmap_mode="r")
    slots = torch.from_numpy(np.stack([slots_of_row(row) for row in np.load(args.data / "scenes.npy")]))
    path = args.data / "drawn.npy"
    drawn = np.lib.format.open_memmap(path, "r+" if path.exists() else "w+", np.float16, (len(pictures), 4, 32, 32))
    begin = time.process_time()
    for at in range(0, min(args.count, len(pictures)), BATCH):
        if drawn[at].any():
            continue
        # A batch shares its strength, so that it is one run of the sampler; batches are small and pictures in no order.
        strength = args.strengths[at // BATCH % len(args.strengths)]
        with torch.inference_mode():
            x = torch.from_numpy(pictures[at : at + BATCH]).permute(0, 3, 1, 2).float() / 127.5 - 1
            with autocast():
                z = encoder(x.contiguous(memory_format=torch.channels_last)).float()
            drawn[at : at + BATCH] = sample(velocity, encode_slots(slots[at : at + BATCH]), args.guidance, STEPS, at, z, strength).half().numpy()
        if at // BATCH % 16 == 15:
            drawn.flush()
            print(f"{at + BATCH} pictures, {(time.process_time() - begin) / 60:.1f} CPU min", flush=True)
    drawn.flush()


if __name__ == "__main__":
    main()
