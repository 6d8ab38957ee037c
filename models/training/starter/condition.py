"""What a caption asks for, as the [8,192] tensor that the denoiser reads.

Row 0 style, 1 time, 2 ground, 3 mountains, 4..6 what stands left, in the middle and right, 7 empty. Every row is
one-hot over its values, value 0 = "not said"; the rest of the 192 places is zero. A column row holds three
one-hots one after the other: kind (18: not said, 16 objects, empty), colour (11) and size (4).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from .domain import COLOURS, GROUNDS, NATURAL_COLOURS, OBJECTS, SIZES, STYLES, TIMES

ROWS, WIDTH = 8, 192
NOTHING = len(OBJECTS) + 1
KINDS, HUES, EXTENTS = len(OBJECTS) + 2, len(COLOURS) + 1, len(SIZES) + 1
# Number of values of each of the 13 slots, in order: 4 for the whole picture, then 3 per column.
SLOT_VALUES = (len(STYLES) + 1, len(TIMES) + 1, len(GROUNDS) + 1, 3) + (KINDS, HUES, EXTENTS) * 3
# (row, first place) of each slot's one-hot.
SLOT_PLACES = ((0, 0), (1, 0), (2, 0), (3, 0)) + tuple((row, start) for row in (4, 5, 6) for start in (0, KINDS, KINDS + HUES))


def slots_of_row(row: np.ndarray) -> np.ndarray:
    """A scene row (domain.scene_to_row) as 13 slot values with everything said."""
    slots = [row[0] + 1, row[1] + 1, row[2] + 1, 2 if row[3] else 1]
    for column in range(3):
        kind, colour, size = row[4 + 3 * column : 7 + 3 * column]
        slots += [NOTHING, 0, 0] if kind < 0 else [kind + 1, colour + 1, size + 1]
    return np.array(slots, dtype=np.int64)


def forget(slots: Tensor, generator: torch.Generator) -> Tensor:
    """Leaves things unsaid at random in slots [B,13]: everything in 10 % of rows, single things more rarely.

    A colour is only forgotten where it is one of the object's natural ones, and a size never: the text
    encoder always says a size (domain.default_size).
    """
    slots = slots.clone()
    batch = len(slots)
    chance = torch.rand(batch, 8, generator=generator)
    for slot in range(3):
        slots[chance[:, slot] < 0.06, slot] = 0
    natural = torch.zeros(KINDS, HUES, dtype=torch.bool)
    for kind, colours in enumerate(NATURAL_COLOURS):
        natural[kind + 1, [c + 1 for c in colours]] = True
    for column in range(3):
        at = 4 + 3 * column
        gone = natural[slots[:, at], slots[:, at + 1]] & (chance[:, 3 + column] < 0.4)
        slots[gone, at + 1] = 0
    slots[chance[:, 6] < 0.07, 4:] = 0
    slots[chance[:, 7] < 0.10] = 0
    return slots


def encode_slots(slots: Tensor) -> Tensor:
    """int64 [B,13] -> float [B,8,192]."""
    out = torch.zeros(len(slots), ROWS, WIDTH)
    batch = torch.arange(len(slots))
    for i, (row, start) in enumerate(SLOT_PLACES):
        out[batch, row, start + slots[:, i]] = 1
    return out
