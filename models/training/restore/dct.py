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
NOISE_WINDOW = 7
# Excess kurtosis up to which fine detail is all noise, and from which on it is all texture. From 40 dead-leaves pictures: at most 0.71
# with noise of 8 levels of 255 and more; without, above 1.5 in nine of ten.
GAUSSIAN, TEXTURE = 0.75, 1.5
# Mean square of the coarser coefficients under which a window is of one colour; rounding to 8 bits alone gives 1e-6.
FLAT = 1e-7
# Share of a window's values that may be black or white: what was cut off there is missing from the noise.
CUT_OFF = 0.25
# Share of all windows that has to be left, else all of them are looked at.
LEFT = 1 / 8
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
    """image [1,3,H,W] in 0..1, sides of at least 7 -> most [1] and likely [1], deviations in 0..1 of white noise.

    `most`: median of the finest DCT coefficients of the luminance (Donoho's estimate; a photo's own detail is weakest there). Windows
    of 7 x 7 never lie in JPEG's grid of 8 x 8, where the finest coefficients are often nothing although there is noise. Windows of one
    colour (a border) and those that are partly black or white say too little of the noise and are left out, as long as others remain.
    `likely`: nothing of it where the picture's own texture is as fine as that. Noise is Gaussian, texture is not: the kurtosis of the
    finest coefficients tells them apart (Zoran and Weiss, ICCV 2009), looked at in the quietest quarter of the windows, where edges do
    not hide it. Windows of one colour say nothing and are left out there.
    """

    def __init__(self) -> None:
        super().__init__()
        diagonal = torch.arange(NOISE_WINDOW)[:, None] + torch.arange(NOISE_WINDOW)[None]
        basis, diagonal = dct_basis(NOISE_WINDOW), diagonal.flatten()
        self.register_buffer("coarse", basis[(diagonal > 0) & (diagonal <= NOISE_WINDOW - 1)])
        self.register_buffer("fine", basis[diagonal >= 2 * NOISE_WINDOW - 4])
        self.register_buffer("luminance", torch.tensor(LUMINANCE).reshape(1, 3, 1, 1))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        luma = (image * self.luminance).sum(dim=1, keepdim=True)
        fine = F.conv2d(luma, self.fine, stride=NOISE_WINDOW).flatten(2)[0]
        power = F.conv2d(luma, self.coarse, stride=NOISE_WINDOW).flatten(2)[0].square().mean(dim=0)
        cut_off = F.avg_pool2d(((image <= 0) | (image >= 1)).float().mean(dim=1, keepdim=True), NOISE_WINDOW).flatten()
        varied = power > FLAT
        telling = varied & (cut_off <= CUT_OFF)
        telling = telling | (telling.sum() < LEFT * telling.shape[0])
        ranked, _ = torch.sort(torch.where(telling, fine.abs(), torch.full_like(fine, 1e9)).flatten())
        most = ranked[telling.sum() * fine.shape[0] // 2].reshape(1) / (MAD * LUMA)
        varied = varied & telling
        by_power, _ = torch.sort(torch.where(varied, power, torch.full_like(power, 1e9)))
        quiet = (power <= by_power[varied.sum() // 4]) & varied
        kurtosis = self._kurtosis(fine, quiet.float())
        share = ((TEXTURE - kurtosis) / (TEXTURE - GAUSSIAN)).clamp(0, 1)
        return most, most * share

    def _kurtosis(self, coefficients: Tensor, used: Tensor) -> Tensor:
        """Excess over a Gaussian's, [1]: mean over coefficients [C,N] of those windows where `used` [N] is 1."""
        count = used.sum().clamp(min=1)
        square = coefficients.square() * used
        second, fourth = square.sum(dim=1) / count, square.square().sum(dim=1) / count
        return (fourth / second.square().clamp(min=1e-16)).mean().reshape(1) - 3


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
