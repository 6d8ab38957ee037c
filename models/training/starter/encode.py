"""Encodes rendered pictures for the denoiser: `python -m training.starter.encode --data DIR --vae vae.pt`.

Writes latents.npy (float16 [N,4,32,32]) beside pictures.npy.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from ..precision import autocast
from .weights import load_autoencoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--vae", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    encoder = load_autoencoder(args.vae).encoder.to(memory_format=torch.channels_last).eval()
    pictures = np.load(args.data / "pictures.npy", mmap_mode="r")
    latents = np.lib.format.open_memmap(args.data / "latents.npy", "w+", np.float16, (len(pictures), 4, 32, 32))
    with torch.inference_mode():
        for at in range(0, len(pictures), 32):
            x = torch.from_numpy(pictures[at : at + 32]).permute(0, 3, 1, 2).float() / 127.5 - 1
            with autocast():
                z = encoder.net(x.contiguous(memory_format=torch.channels_last)).float()
            latents[at : at + 32] = ((z - encoder.mean) / encoder.std).half().numpy()
    latents.flush()
    print(f"{len(latents)} latents, mean {np.float32(latents[:512]).mean():.3f}, deviation {np.float32(latents[:512]).std():.3f}")


if __name__ == "__main__":
    main()
