"""Sliding-window DCT filters as torch modules made of constants.

Decorrelated colours, 8 x 8 DCT of every window (or every second one), coefficients under 2.7 sigma to zero, windows averaged by
1 / (number kept): Yu and Sapiro, Image Processing On Line 2011. A second pass then takes the first one's result as what the picture's
spectrum is like and weighs the coefficients of the input by p^2 / (p^2 + sigma^2), Wiener's filter (as BM3D does, Dabov et al. 2007).
These are convolutions and thresholds, so ONNX Runtime runs them without any code of ours.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

WINDOW = 8
THRESHOLD = 2.7
# What a pixel of the result depends on, on each side: two passes, each of windows of windows.
REACH = 4 * (WINDOW - 1)
# Donoho's constant for Gaussian noise, and what the luminance below makes of noise of deviation 1 in each channel.
MAD, LUMA = 0.6745, 0.668
LUMINANCE = (0.299, 0.587, 0.114)


def dct_rows(size: int = WINDOW) -> np.ndarray:
    """Orthonormal 1-D DCT-II, float64 [size,size]; the first row is the mean."""
    n = np.arange(size)
    rows = np.cos(math.pi * (2 * n[None] + 1) * n[:, None] / (2 * size)) * math.sqrt(2 / size)
    rows[0] /= math.sqrt(2)
    return rows


def dct_basis(size: int = WINDOW) -> Tensor:
    """Orthonormal 2-D DCT-II basis, [size*size, 1, size, size]; the first is the mean."""
    rows = dct_rows(size)
    return torch.from_numpy(np.einsum("ai,bj->abij", rows, rows).reshape(size * size, 1, size, size)).float()


def opponent_rows() -> np.ndarray:
    """Orthonormal float64 [3,3]: grey, red - blue, green against both."""
    rows = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [1.0, -2.0, 1.0]])
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def jpeg_rows() -> np.ndarray:
    """float64 [3,3]: luminance and the two colour differences of JPEG (JFIF), without their offset of a half."""
    return np.array([[0.299, 0.587, 0.114], [-0.168735892, -0.331264108, 0.5], [0.5, -0.418687589, -0.081312411]])


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
    """image [1,3,H,W] in 0..1, sigma [3] in 0..1 (of each of the `colours`) -> filtered [1,3,H,W]; H and W from 9 on.

    Sigmas are above 0. `stride` 2 takes every second window: a quarter of the work.
    """

    def __init__(self, colours: np.ndarray, stride: int = 1):
        super().__init__()
        self.stride = stride
        self.register_buffer("to_colours", torch.from_numpy(colours).float().reshape(3, 3, 1, 1))
        self.register_buffer("from_colours", torch.from_numpy(np.linalg.inv(colours)).float().reshape(3, 3, 1, 1).contiguous())
        self.register_buffer("basis", dct_basis())
        self.register_buffer("ones", torch.ones(1, 1, WINDOW, WINDOW))

    def _analysed(self, x: Tensor) -> Tensor:
        # One pixel more after the end: with a stride of 2 the last window must reach beyond the border too.
        return F.conv2d(F.pad(x, (WINDOW - 1, WINDOW, WINDOW - 1, WINDOW), mode="reflect"), self.basis, stride=self.stride)

    def _averaged(self, coefficients: Tensor, weight: Tensor, height: int, width: int) -> Tensor:
        total = F.conv_transpose2d(coefficients * weight, self.basis, stride=self.stride)
        made = total / F.conv_transpose2d(weight, self.ones, stride=self.stride)
        return made[:, :, WINDOW - 1 : WINDOW - 1 + height, WINDOW - 1 : WINDOW - 1 + width]

    def forward(self, image: Tensor, sigma: Tensor) -> Tensor:
        height, width = image.shape[2], image.shape[3]
        x = F.conv2d(image, self.to_colours)
        made = []
        for channel in range(3):
            c = self._analysed(x[:, channel : channel + 1])
            # The mean (first coefficient) is always kept, here and below.
            mean = torch.ones_like(c[:, :1])
            keep = torch.cat([mean, (c[:, 1:].abs() >= THRESHOLD * sigma[channel]).float()], dim=1)
            first = self._averaged(c * keep, 1 / keep.sum(dim=1, keepdim=True), height, width)
            power = self._analysed(first)[:, 1:].square()
            gain = torch.cat([mean, power / (power + sigma[channel].square() + 1e-12)], dim=1)
            made.append(self._averaged(c * gain, 1 / gain.square().sum(dim=1, keepdim=True), height, width))
        return F.conv2d(torch.cat(made, dim=1), self.from_colours).clamp(0, 1)
