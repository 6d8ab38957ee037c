"""Filling scratches: iterated denoising (Guleryuz, "Nonlinear approximation based image recovery", 2006), coarse to fine.

What is missing is guessed, the guess is simplified by thresholding the DCT of every window that touches it, what is known is put
back, and so on with a falling threshold: edges and stripes grow into the hole because few coefficients explain them. Large holes are
filled on a small copy of the picture first. The app does the same in inference/restorers/inpaint.ts; a fixture holds the two together.
"""

from __future__ import annotations

import numpy as np

from .dct import WINDOW, dct_rows, opponent_rows

ITERATIONS = 16
# Levels of 255, in the orthonormal colours and DCT.
HIGHEST, LOWEST = 120.0, 8.0
# A hole this narrow (in pixels from its middle to what is known) is filled where it is.
NARROW = 4
# Which windows a round uses: every second one, from these corners in turn.
CORNERS = ((0, 0), (1, 1), (0, 1), (1, 0))
SMALLEST = 16


def inpaint(picture: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """uint8 [H,W,3] and bool [H,W] -> uint8 [H,W,3]; nothing outside the hole changes."""
    if not hole.any() or hole.all():
        return picture
    filled = _fill(picture.astype(np.float64) @ opponent_rows().T, hole) @ opponent_rows()
    return np.where(hole[..., None], np.floor(np.clip(filled, 0, 255) + 0.5), picture).astype(np.uint8)


def _fill(values: np.ndarray, hole: np.ndarray) -> np.ndarray:
    height, width = hole.shape
    if min(height, width) < 2 * SMALLEST or depth(hole) <= NARROW:
        guess = from_around(values, hole)
    else:
        small, small_hole = halved(values, hole)
        guess = np.where(hole[..., None], doubled(_fill(small, small_hole), height, width), values)
    return simplified(guess, hole)


def depth(hole: np.ndarray) -> int:
    """How many times the hole can lose its rim before nothing is left."""
    rounds = 0
    while hole.any():
        inner = hole.copy()
        inner[1:] &= hole[:-1]
        inner[:-1] &= hole[1:]
        inner[:, 1:] &= hole[:, :-1]
        inner[:, :-1] &= hole[:, 1:]
        if inner.all():
            return rounds + max(hole.shape)
        hole, rounds = inner, rounds + 1
    return rounds


def from_around(values: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """Rim by rim, each pixel the mean of those of its eight neighbours that are known by then."""
    result, known = np.where(hole[..., None], 0.0, values), ~hole
    while not known.all():
        v = np.pad(result * known[..., None], ((1, 1), (1, 1), (0, 0)))
        k = np.pad(known.astype(np.float64), 1)
        height, width = hole.shape
        total, count = np.zeros_like(values), np.zeros(hole.shape)
        for dy in range(3):
            for dx in range(3):
                total += v[dy : dy + height, dx : dx + width]
                count += k[dy : dy + height, dx : dx + width]
        rim = ~known & (count > 0)
        result[rim] = total[rim] / count[rim][:, None]
        known = known | rim
    return result


def halved(values: np.ndarray, hole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of what is known in each 2 x 2; a pixel is a hole where nothing is. An odd last row or column stands alone."""
    height, width = hole.shape
    even = ((0, height % 2), (0, width % 2))
    known = np.pad((~hole).astype(np.float64), even)
    v = np.pad(values, (*even, (0, 0))) * known[..., None]
    h, w = known.shape[0] // 2, known.shape[1] // 2
    total, count = v.reshape(h, 2, w, 2, 3).sum((1, 3)), known.reshape(h, 2, w, 2).sum((1, 3))
    return total / np.maximum(count, 1)[..., None], count == 0


def doubled(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bilinear, pixel centres at halves, borders repeated."""

    def along(v: np.ndarray, length: int) -> np.ndarray:
        at = np.clip((np.arange(length) + 0.5) / 2 - 0.5, 0, v.shape[0] - 1)
        low = np.floor(at).astype(int)
        share = (at - low)[:, None, None]
        return v[low] * (1 - share) + v[np.minimum(low + 1, v.shape[0] - 1)] * share

    return along(along(values, height).transpose(1, 0, 2), width).transpose(1, 0, 2)


def simplified(values: np.ndarray, hole: np.ndarray) -> np.ndarray:
    height, width = hole.shape
    if min(height, width) < WINDOW:
        return values
    basis, values = dct_rows(), values.copy()
    inside = np.arange(WINDOW)
    for round_ in range(ITERATIONS):
        threshold = HIGHEST * (LOWEST / HIGHEST) ** (round_ / (ITERATIONS - 1))
        y0, x0 = CORNERS[round_ % len(CORNERS)]
        touched = np.lib.stride_tricks.sliding_window_view(hole, (WINDOW, WINDOW))[y0::2, x0::2].any((2, 3))
        top, left = (np.argwhere(touched) * 2 + (y0, x0)).T
        rows, columns = top[:, None, None] + inside[:, None], left[:, None, None] + inside
        c = np.einsum("ai,nijc,bj->nabc", basis, values[rows, columns], basis, optimize=True)
        keep = np.abs(c) >= threshold
        keep[:, 0, 0] = True
        weight = 1 / keep.sum((1, 2))
        made = np.einsum("ai,nabc,bj->nijc", basis, c * keep, basis, optimize=True) * weight[:, None, None]
        total, share = np.zeros_like(values), np.zeros_like(values)
        np.add.at(total, (rows, columns), made)
        np.add.at(share, (rows, columns), np.broadcast_to(weight[:, None, None], made.shape))
        # Near the border every second window may miss a corner: such a pixel waits for the next round.
        ready = hole & (share[..., 0] > 0)
        values[ready] = total[ready] / share[ready]
    return values
