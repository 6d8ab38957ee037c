"""Sliding-window DCT denoising (Yu and Sapiro, Image Processing On Line 2011) as torch modules made of constants.

Opponent colours, 8 x 8 DCT of every window, coefficients under 2.7 sigma to zero, windows averaged by 1 / (number kept).
It is a convolution, a threshold and a transposed convolution, so ONNX Runtime runs it without any code of ours.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW = 8
THRESHOLD = 2.7
# Donoho's constant for Gaussian noise, and what the luminance below makes of noise of deviation 1 in each channel.
MAD, LUMA = 0.6745, 0.668
LUMINANCE = (0.299, 0.587, 0.114)


def dct_basis(size: int = WINDOW) -> Tensor:
    """Orthonormal 2-D DCT-II basis, [size*size, 1, size, size]; the first is the mean."""
    n = torch.arange(size, dtype=torch.float64)
    rows = torch.cos(math.pi * (2 * n[None] + 1) * n[:, None] / (2 * size)) * math.sqrt(2 / size)
    rows[0] /= math.sqrt(2)
    return torch.einsum("ai,bj->abij", rows, rows).reshape(size * size, 1, size, size).float()


def opponent_colours() -> Tensor:
    """Orthonormal [3,3]: grey, red - blue, green against both."""
    rows = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [1.0, -2.0, 1.0]])
    return rows / rows.norm(dim=1, keepdim=True)


class NoiseLevel(nn.Module):
    """image [1,3,H,W] in 0..1 -> sigma [1] in 0..1: median of the finest diagonal Haar details. White noise only."""

    def forward(self, image: Tensor) -> Tensor:
        weights = torch.tensor(LUMINANCE).reshape(1, 3, 1, 1)
        luma = (image * weights).sum(dim=1, keepdim=True)
        height, width = luma.shape[2] // 2 * 2, luma.shape[3] // 2 * 2
        luma = luma[:, :, :height, :width]
        detail = (luma[:, :, ::2, ::2] - luma[:, :, 1::2, ::2] - luma[:, :, ::2, 1::2] + luma[:, :, 1::2, 1::2]) / 2
        ranked, _ = torch.sort(detail.abs().flatten())
        count = ranked.shape[0]
        return ranked[count // 2 : count // 2 + 1] / (MAD * LUMA)


class SlidingDct(nn.Module):
    """image [1,3,H,W] in 0..1, sigma [1] in 0..1 -> denoised [1,3,H,W]. sigma 0 returns the image (up to rounding)."""

    def __init__(self):
        super().__init__()
        colours = opponent_colours()
        self.register_buffer("to_opponent", colours.reshape(3, 3, 1, 1))
        self.register_buffer("from_opponent", colours.T.reshape(3, 3, 1, 1).contiguous())
        self.register_buffer("basis", dct_basis())
        self.register_buffer("ones", torch.ones(1, 1, WINDOW, WINDOW))

    def forward(self, image: Tensor, sigma: Tensor) -> Tensor:
        margin = WINDOW - 1
        x = F.pad(F.conv2d(image, self.to_opponent), (margin, margin, margin, margin), mode="reflect")
        limit = THRESHOLD * sigma.reshape(1, 1, 1, 1)
        made = []
        for channel in range(3):
            c = F.conv2d(x[:, channel : channel + 1], self.basis)
            # The mean (first coefficient) is always kept.
            keep = torch.cat([torch.ones_like(c[:, :1]), (c[:, 1:].abs() >= limit).float()], dim=1)
            weight = 1 / keep.sum(dim=1, keepdim=True)
            total = F.conv_transpose2d(c * keep * weight, self.basis)
            made.append(total / F.conv_transpose2d(weight, self.ones))
        y = torch.cat(made, dim=1)[:, :, margin:-margin, margin:-margin]
        return F.conv2d(y, self.from_opponent).clamp(0, 1)
