"""Fading and colour cast as one table of 256 values for each channel.

A faded print has no black and no white left, and its darkest tones are tinted: each channel is stretched between its own ends, which
takes a cast back as well. Many good photos have no black or no white either, so by itself this happens only where all three are true,
where every channel has lost its black, and where all channels share some tones: a photo of one strong colour (an eye's retina) has none.
Haze and grey things in warm light look like that too. But the colour of light multiplies, dark tones as light ones, and what fading adds
to black does not; and in a print what was black lies heaped up at its darkest tone, where a photo without black thins out. One of the
two must be plain. Of 3,730 photos and parts of photos 3 are taken for faded (49 without this), of 903 faded ones 559 are found (592).
The app does the same in inference/restorers/fading.ts.
"""

from __future__ import annotations

import numpy as np

from .dct import LUMINANCE

# Share of pixels that are left out at either end of a histogram.
TAIL = 0.005
# What the darkest and lightest luminance must have come to before a photo counts as faded, and how different its blacks must be.
DARKEST, LIGHTEST, TINT = 45, 225, 8
# What each channel's darkest must have come to.
RAISED = 20
# How different the blacks must still be under the light that the whites show; or how much darker than the darkest tone the very last
# pixels may be, as a share of all tones.
OWN_TINT, FOOT = 10, 0.06
# Where the ends of a channel go, and by how much it is stretched at most.
BLACK, WHITE, MOST_GAIN = 8, 247, 3.0


def ends(values: np.ndarray, tail: float = TAIL) -> tuple[int, int]:
    """The values below and above which a share of `tail` lies."""
    counts = np.cumsum(np.bincount(values.ravel(), minlength=256))
    total = counts[-1]
    return int(np.searchsorted(counts, tail * total, side="right")), int(np.searchsorted(counts, (1 - tail) * total))


def is_faded(picture: np.ndarray) -> bool:
    luma = np.floor(picture @ np.array(LUMINANCE) + 0.5).astype(np.uint8)
    dark, light = ends(luma)
    lows, highs = zip(*(ends(picture[..., c]) for c in range(3)))
    if not (dark >= DARKEST and light <= LIGHTEST and max(lows) - min(lows) >= TINT and min(lows) >= RAISED and max(lows) < min(highs)):
        return False
    unlit = [low / high * sum(highs) / 3 for low, high in zip(lows, highs)]
    return max(unlit) - min(unlit) >= OWN_TINT or dark - ends(luma, TAIL / 100)[0] <= FOOT * (light - dark)


def stretch(picture: np.ndarray) -> np.ndarray:
    """uint8 [3,256]: every channel from its own ends to black and white."""
    tables = []
    for c in range(3):
        low, high = ends(picture[..., c])
        gain = min((WHITE - BLACK) / max(high - low, 1), MOST_GAIN)
        tables.append((np.arange(256) - (low + high) / 2) * gain + (BLACK + WHITE) / 2)
    return np.floor(np.clip(np.stack(tables), 0, 255) + 0.5).astype(np.uint8)


def unfaded(picture: np.ndarray) -> np.ndarray:
    table = stretch(picture)
    return np.stack([table[c][picture[..., c]] for c in range(3)], axis=2)
