"""What JPEG left in a picture's pixels: where its 8 x 8 grid lies and how coarse it was.

Inside the right grid the DCT coefficients of the luminance stand at multiples of the quantisation steps (Fan and de Queiroz 2003), in
any other grid and in a picture that never was a JPEG they stand anywhere. So nothing has to be known about the file: a PNG made from a
JPEG and a crop of it are found as well. The app does the same in inference/restorers/jpeg-traces.ts.
"""

from __future__ import annotations

import numpy as np

from .dct import LUMINANCE, WINDOW, dct_rows

# Annex K of the JPEG standard (ITU-T T.81), the table of luminance that libjpeg scales, and the means of the nine lowest frequencies.
TABLE = np.array([
    [16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
    [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92], [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99],
], np.float64)  # fmt: skip
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
# Coarser tables (about quality 25) take enough from any photo.
COARSEST = 2
# How far a coefficient may be from what the file holds, in steps.
NARROW = 0.3


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
            found.append(step / TABLE[u, v])
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


def _blocks(luma: np.ndarray, top: int, left: int) -> np.ndarray:
    """Of the grid's whole blocks: [rows,columns,8,8]."""
    rows, columns = ((n - at) // WINDOW for n, at in zip(luma.shape, (top, left)))
    part = luma[top : top + rows * WINDOW, left : left + columns * WINDOW]
    return part.reshape(rows, WINDOW, columns, WINDOW).transpose(0, 2, 1, 3)


def survived(picture: np.ndarray, coarseness: float, top: int, left: int) -> float:
    """Share of the coefficients, but for the means, that were not rounded to nothing; of as many blocks as are looked at above."""
    blocks = _blocks(picture @ np.array(LUMINANCE), top, left).reshape(-1, WINDOW, WINDOW)
    blocks = blocks[:: -(-len(blocks) // MOST_BLOCKS)]
    rows = dct_rows()
    large = np.abs(np.einsum("ui,nij,vj->nuv", rows, blocks, rows, optimize=True)) >= TABLE * coarseness / 2
    large[:, 0, 0] = False
    return float(large.sum() / (63 * len(blocks)))


def quantisation_noise(coarseness: float, share: float = 1.0) -> np.ndarray:
    """Deviations [3] in 0..1 of luminance and colour differences (Foi, Katkovnik, Egiazarian 2007: 0.69 m^1.3 is the variance).

    That is what a table takes from a photo full of detail. Where next to nothing survived there was less to be taken: of 50 photos at
    quality 40 and 70 the true error was a third to seven tenths of it where at most 3 in 100 coefficients survived, and about all of
    it from 6 in 100 on.
    """
    means = np.array([LUMA_MEAN, CHROMA_MEAN, CHROMA_MEAN]) * coarseness
    less = 1.0 if coarseness > COARSEST else min(1.0, max(0.6, 0.4 + 10 * share))
    return less * np.sqrt(0.69 * means**1.3) / 255


def within_steps(made: np.ndarray, given: np.ndarray, coarseness: float, top: int, left: int) -> np.ndarray:
    """uint8 [H,W,3]: `made` of the JPEG `given`, its luminance held to what the file says.

    A coefficient was within half a step of what the file holds, and mostly much nearer: it may move by NARROW steps (the narrow
    quantisation constraint set of Park and Kim 1999). So grain that was strong enough to survive the table is not smoothed away.
    """
    blocks = _blocks((made.astype(np.float64) - given) @ np.array(LUMINANCE), top, left)
    rows, most = dct_rows(), NARROW * TABLE * coarseness
    moved = np.einsum("ui,hwij,vj->hwuv", rows, blocks, rows, optimize=True)
    back = np.einsum("ui,hwuv,vj->hiwj", rows, np.clip(moved, -most, most) - moved, rows, optimize=True)
    height, width = back.shape[0] * WINDOW, back.shape[2] * WINDOW
    result = made.astype(np.float64)
    result[top : top + height, left : left + width] += back.reshape(height, width)[..., None]
    return np.floor(np.clip(result, 0, 255) + 0.5).astype(np.uint8)
