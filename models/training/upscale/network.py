"""The upscaler: 3x3 convolutions at the small picture's size, pixel shuffle at the end, added to an enlarged copy."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class Upscaler(nn.Module):
    """RGB [B,3,H,W] in 0..1 -> [B,3,sH,sW] in 0..1. A pixel sees 2 * blocks + 3 neighbours on each side: 15."""

    def __init__(self, scale: int, width: int = 36, blocks: int = 6):
        super().__init__()
        self.scale = scale
        self.head = nn.Conv2d(3, width, 3, padding=1)
        self.body = nn.Sequential(*(Block(width) for _ in range(blocks)))
        self.join = nn.Conv2d(width, width, 3, padding=1)
        self.tail = nn.Conv2d(width, 3 * scale * scale, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)

    def raw(self, image: Tensor) -> Tensor:
        """Not clipped, for training."""
        h = self.head(image - 0.5)
        added = F.pixel_shuffle(self.tail(F.relu(self.join(self.body(h)) + h)), self.scale)
        # The nearest enlargement as a pixel shuffle of repeated channels: exact, and simple in every runtime.
        nearest = F.pixel_shuffle(image.repeat_interleave(self.scale * self.scale, dim=1), self.scale)
        return nearest + added

    def forward(self, image: Tensor) -> Tensor:
        return self.raw(image).clamp(0, 1)


def parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def float_picture(picture: object) -> Tensor:
    """uint8 [H,W,3] -> float [1,3,H,W] in 0..1."""
    return torch.as_tensor(picture).permute(2, 0, 1)[None].float() / 255
