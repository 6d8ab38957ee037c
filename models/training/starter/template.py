"""First guess of the denoiser's shape memory: what each object covers, per size, in latent cells.

[Note: Shape memory]
A small model spends most of its training on finding out *where* an object's parts are. The denoiser therefore
holds a learned map per (object, size), 12 channels on a window of 32 x 14 latent cells, that is laid under the column
where the caption puts the object. It is an ordinary parameter and trained with the rest; only its start is set here,
to coverage maps of the object's polygons. What the picture looks like (style, light, colour, outline, what lies behind,
the jitter) stays the denoiser's work.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from .domain import COLUMN_X, OBJECTS, SIZE_PX
from .paint import place_of
from .shapes import DARK, LIGHT, MAIN, parts_of

CHANNELS = 12
WINDOW = 14
STARTS = tuple(x // 8 - WINDOW // 2 for x in COLUMN_X)
_COLUMN = 1  # drawn in the middle


def _cells(plane: np.ndarray, scale: int) -> np.ndarray:
    """[256,256] -> [scale*scale,32,14]: mean per sub-cell, window of the middle column."""
    small = cv2.resize(plane, (32 * scale, 32 * scale), interpolation=cv2.INTER_AREA)
    split = small.reshape(32, scale, 32, scale).transpose(1, 3, 0, 2).reshape(scale * scale, 32, 32)
    return split[:, :, STARTS[_COLUMN] : STARTS[_COLUMN] + WINDOW]


def template(kind: int, size: int) -> np.ndarray:
    """float32 [12,32,14]: coverage (2x2), coverage of the asked colour (2x2), tone, and the fixed parts' RGB."""
    x, y = place_of(kind, size, _COLUMN)
    cover, main, tone = (np.zeros((256, 256), np.float32) for _ in range(3))
    fixed = np.zeros((256, 256, 3), np.float32)
    for points, paint in parts_of(OBJECTS[kind]):
        where = [np.round((points * SIZE_PX[size] + (x, y)) * 16).astype(np.int32)]
        part = np.zeros((256, 256), np.uint8)
        cv2.fillPoly(part, where, 255, cv2.LINE_AA, 4)
        a = part.astype(np.float32) / 255
        coloured = paint in (MAIN, LIGHT, DARK)
        shade = {MAIN: 0.0, LIGHT: 1.0, DARK: -1.0}.get(paint, 0.0) if coloured else 0.0
        rgb = np.zeros(3) if coloured else np.array(paint) / 127.5 - 1
        cover = np.maximum(cover, a)
        main = main * (1 - a) + a * coloured
        tone = tone * (1 - a) + a * shade
        fixed = fixed * (1 - a[..., None]) + a[..., None] * rgb
    planes = [_cells(cover, 2), _cells(main, 2), _cells(tone, 1)] + [_cells(np.ascontiguousarray(fixed[..., c]), 1) for c in range(3)]
    return np.concatenate(planes).astype(np.float32)


def first_memory() -> Tensor:
    """[16*3, 12*32*14], row = kind * 3 + size."""
    maps = [template(kind, size) for kind in range(len(OBJECTS)) for size in range(len(SIZE_PX))]
    return torch.from_numpy(np.stack(maps).reshape(len(maps), -1)).float()
