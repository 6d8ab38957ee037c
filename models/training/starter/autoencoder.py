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
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(LATENT_CHANNELS, 128, 3, padding=1),
            ResBlock(128),
            ResBlock(128),
            ResBlock(128),
            nn.Conv2d(128, 256, 1),
            nn.PixelShuffle(2),
            ResBlock(64),
            ResBlock(64),
            nn.Conv2d(64, 128, 1),
            nn.PixelShuffle(2),
            ResBlock(32),
            ResBlock(32),
            nn.Conv2d(32, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )
        self.register_buffer("mean", torch.zeros(1, LATENT_CHANNELS, 1, 1))
        self.register_buffer("std", torch.ones(1, LATENT_CHANNELS, 1, 1))

    def forward(self, latent_sample: Tensor) -> Tensor:
        return self.net(latent_sample * self.std + self.mean)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()

    def set_latent_scale(self, mean: Tensor, std: Tensor) -> None:
        for half in (self.encoder, self.decoder):
            half.mean.copy_(mean.reshape(1, -1, 1, 1))
            half.std.copy_(std.reshape(1, -1, 1, 1))
