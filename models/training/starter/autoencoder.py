"""Deterministic autoencoder, f = 8, 4 channels: [B,3,256,256] in [-1,1] <-> [B,4,32,32]. No norm layers, so it tiles."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LATENT_CHANNELS = 4


class ResBlock(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(F.silu(x))))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.PixelUnshuffle(4),
            nn.Conv2d(48, 64, 3, padding=1),
            ResBlock(64),
            nn.Conv2d(64, 128, 3, stride=2, padding=1),
            ResBlock(128),
            ResBlock(128),
            nn.Conv2d(128, LATENT_CHANNELS, 3, padding=1),
        )
        # Set after training so that latents have mean 0 and deviation 1 per channel: the scale is folded in here.
        self.register_buffer("mean", torch.zeros(1, LATENT_CHANNELS, 1, 1))
        self.register_buffer("std", torch.ones(1, LATENT_CHANNELS, 1, 1))

    def forward(self, sample: Tensor) -> Tensor:
        return (self.net(sample) - self.mean) / self.std


class Decoder(nn.Module):
    """Wider than the encoder: it has to recognise what the denoiser meant, not only to undo the encoder."""

    def __init__(self, widths: tuple[int, int, int] = (160, 80, 32), blocks: tuple[int, int, int] = (4, 4, 2)):
        super().__init__()
        w0, w1, w2 = widths
        stages = [[ResBlock(width) for _ in range(count)] for width, count in zip(widths, blocks)]
        self.net = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, w0, 3, padding=1),
            *stages[0],
            nn.Conv2d(w0, 4 * w1, 1),
            nn.PixelShuffle(2),
            *stages[1],
            nn.Conv2d(w1, 4 * w2, 1),
            nn.PixelShuffle(2),
            *stages[2],
            nn.Conv2d(w2, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )
        self.register_buffer("mean", torch.zeros(1, LATENT_CHANNELS, 1, 1))
        self.register_buffer("std", torch.ones(1, LATENT_CHANNELS, 1, 1))

    def forward(self, latent_sample: Tensor) -> Tensor:
        return self.net(latent_sample * self.std + self.mean)

    @staticmethod
    def shaped_like(state: dict[str, Tensor]) -> Decoder:
        """A decoder, with first weights, of the widths and blocks that a stored one has."""
        widths, blocks = [], []
        for at in sorted({int(name.split(".")[1]) for name in state if name.startswith("net.")}):
            block = state.get(f"net.{at}.conv1.weight")
            if block is None:
                continue
            if not widths or f"net.{at - 1}.conv1.weight" not in state:
                widths.append(len(block))
                blocks.append(0)
            blocks[-1] += 1
        return Decoder(tuple(widths), tuple(blocks))


class Autoencoder(nn.Module):
    def __init__(self, decoder: Decoder | None = None):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = decoder or Decoder()

    def set_latent_scale(self, mean: Tensor, std: Tensor) -> None:
        for half in (self.encoder, self.decoder):
            half.mean.copy_(mean.reshape(1, -1, 1, 1))
            half.std.copy_(std.reshape(1, -1, 1, 1))
