"""What JPEG left in a picture's pixels: where its 8 x 8 grid lies and how coarse it was.

Inside the right grid the DCT coefficients of the luminance stand at multiples of the quantisation steps (Fan and de Queiroz 2003), in
any other grid and in a picture that never was a JPEG they stand anywhere. So nothing has to be known about the file: a PNG made from a
JPEG and a crop of it are found as well. The app does the same in inference/restorers/jpeg-traces.ts.
"""

from __future__ import annotations

import numpy as np

from .dct import LUMINANCE, WINDOW, dct_rows

# Annex K of the JPEG standard (ITU-T T.81), the tables that libjpeg scales: the nine lowest frequencies.
LUMA_STEPS = np.array([[16, 11, 10], [12, 12, 14], [14, 13, 16]], np.float64)
CHROMA_MEAN, LUMA_MEAN = 230 / 9, 118 / 9
# Blocks that are looked at, at most: where the picture begins, and in every other grid.
MOST_BLOCKS, FEWER_BLOCKS = 1500, 500
# Frequencies, the lowest two first; the mean never: it is seldom near nothing and says little.
ORDER = ((0, 1), (1, 0), (0, 2), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2))
STEPS = np.arange(2, 121)
# A step counts as found when coefficients stand this close to its multiples (1: exactly on them), and so many of them.
CLOSE, ENOUGH = 0.5, 12
# Fewer of the eight frequencies than this that agree are chance.
AGREEING = 3


def traces(picture: np.ndarray) -> tuple[float, int, int] | None:
    """uint8 [H,W,3] -> (coarseness: what the standard table was multiplied by, row and column of the grid), or nothing."""
    luma = picture @ np.array(LUMINANCE)
    best = (0.0, 0.0, 0, 0)
    for y in range(WINDOW):
        for x in range(WINDOW):
            coarseness, agreeing = _fit(luma, y, x)
            if agreeing > best[1]:
                best = (coarseness, agreeing, y, x)
            # Most pictures were never cropped: where their own corner is one of the grid, no other is looked for.
            if y == x == 0 and agreeing >= AGREEING:
                return coarseness, 0, 0
    coarseness, agreeing, y, x = best
    return (coarseness, y, x) if agreeing >= AGREEING else None


def _fit(luma: np.ndarray, y: int, x: int) -> tuple[float, float]:
    """(coarseness, how many of the low frequencies stand on multiples, weighed by how exactly)."""
    height, width = ((n - at) // WINDOW for n, at in zip(luma.shape, (y, x)))
    if height < 2 or width < 2:
        return 0.0, 0.0
    blocks = luma[y : y + height * WINDOW, x : x + width * WINDOW].reshape(height, WINDOW, width, WINDOW).transpose(0, 2, 1, 3).reshape(-1, WINDOW, WINDOW)
    blocks = blocks[:: -(-len(blocks) // (MOST_BLOCKS if y == x == 0 else FEWER_BLOCKS))]
    rows = dct_rows()[:3]
    found, weight = [], 0.0
    for looked, (u, v) in enumerate(ORDER):
        # In the right grid one of the two lowest frequencies says so: most others are left at once.
        if looked == 2 and not found:
            return 0.0, 0.0
        step, close = _step_of(np.abs(np.einsum("i,nij,j->n", rows[u], blocks, rows[v], optimize=True)))
        if step:
            found.append(step / LUMA_STEPS[u, v])
            weight += close
    return (float(np.median(found)), weight) if found else (0.0, 0.0)


def _step_of(c: np.ndarray) -> tuple[int, float]:
    """The step whose multiples the absolute coefficients stand on, and how closely (0: none)."""
    best = (0, 0.0)
    for step in STEPS:
        # Those that were rounded to nothing fit every larger step and say nothing.
        counted = c[c >= step / 2]
        if len(counted) < ENOUGH:
            break
        close = float(np.cos(2 * np.pi * counted / step).mean())
        # A divisor of the true step fits as well: the largest that does is the true one.
        if close >= CLOSE and close >= best[1] * 0.8:
            best = (int(step), close)
    return best


def quantisation_noise(coarseness: float) -> np.ndarray:
    """Deviations [3] in 0..1 of luminance and colour differences (Foi, Katkovnik, Egiazarian 2007: 0.69 m^1.3 is the variance)."""
    means = np.array([LUMA_MEAN, CHROMA_MEAN, CHROMA_MEAN]) * coarseness
    return np.sqrt(0.69 * means**1.3) / 255
