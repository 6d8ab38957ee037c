"""Tells crops of renders from crops of decoded pictures, patch by patch, so that the decoder learns what sharp looks like.

It is no judge: classifier.py, which measures the model, never meets it and never trains the decoder.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class Critic(nn.Module):
    """Pictures [B,3,H,W] in [-1,1] -> one answer per patch of 8 x 8 (it sees about 40 x 40), and what it saw on the way."""

    def __init__(self):
        super().__init__()
        sizes = ((3, 24, 4, 2), (24, 48, 4, 2), (48, 96, 4, 2), (96, 96, 3, 1))
        self.body = nn.ModuleList(spectral_norm(nn.Conv2d(into, out, size, stride, 1)) for into, out, size, stride in sizes)
        self.head = spectral_norm(nn.Conv2d(96, 1, 3, padding=1))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        seen = []
        for layer in self.body:
            x = F.leaky_relu(layer(x), 0.2)
            seen.append(x)
        return self.head(x), seen


def critic_loss(critic: Critic, real: Tensor, made: Tensor) -> Tensor:
    """Hinge."""
    return F.relu(1 - critic(real)[0]).mean() + F.relu(1 + critic(made)[0]).mean()


def decoder_losses(critic: Critic, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    """(how little the critic believes it, how differently it sees it from the true picture)"""
    answer, seen = critic(made)
    with torch.no_grad():
        wanted = critic(real)[1]
    return -answer.mean(), sum(((a - b).abs().mean() for a, b in zip(seen, wanted)), torch.zeros(()))
