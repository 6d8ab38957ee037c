"""What the denoiser makes of rendered pictures: `python -m training.starter.draw_latents --data DIR --model starter --count 2000`.

Writes drawn.npy (float16 [count,4,32,32]) beside latents.npy: each latent is mixed with noise up to one of the sampler's times and
drawn anew from there with everything said, eight steps a picture and guidance 2, as the app does it. Such a latent still shows the
scene of its render at its place, but with the small mistakes that the denoiser makes; train_decoder learns to see through them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from .condition import encode_slots, slots_of_row
from .denoiser import Denoiser
from .sample import sample
from .weights import load_shipped

STEPS = 8
# Later ones would move the objects: their jitter is drawn in the first steps.
LEAST, MOST = 2, 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a shipped folder")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    denoiser = Denoiser()
    load_shipped(denoiser, args.model / "transformer/diffusion_pytorch_model.safetensors")
    denoiser = denoiser.to(memory_format=torch.channels_last).eval()
    latents = torch.from_numpy(np.load(args.data / "latents.npy")[: args.count]).float()
    rows = np.load(args.data / "scenes.npy")[: args.count]
    slots = torch.from_numpy(np.stack([slots_of_row(row) for row in rows]))
    drawn = np.empty(latents.shape, np.float16)
    for i, at in enumerate(range(0, len(latents), 50)):
        group = slice(at, at + 50)
        strength = (LEAST + i % (MOST - LEAST + 1)) / STEPS
        drawn[group] = sample(denoiser, encode_slots(slots[group]), 2.0, STEPS, args.seed + at, latents[group], strength).half().numpy()
    np.save(args.data / "drawn.npy", drawn)
    print(f"{len(drawn)} latents, mean squared difference {np.square(np.float32(drawn) - latents.numpy()).mean():.3f}")


if __name__ == "__main__":
    main()
