"""A second, untrained check of colour and place: which palette colour do the pixels have where the object should be?"""

from __future__ import annotations

import cv2
import numpy as np

from .backdrop import TINT
from .domain import OBJECTS, RGB, SIZE_PX, TIMES
from .paint import place_of
from .shapes import MAIN, parts_of


def main_region(kind: int, size: int, column: int) -> np.ndarray:
    """bool [256,256]: the parts in the asked colour, shrunk by the jitter."""
    x, y = place_of(kind, size, column)
    region = np.zeros((256, 256), np.uint8)
    for points, paint in parts_of(OBJECTS[kind]):
        where = [np.round((points * SIZE_PX[size] + (x, y)) * 16).astype(np.int32)]
        cv2.fillPoly(region, where, 255 if paint == MAIN else 0, cv2.LINE_8, 4)
    return cv2.erode(region, np.ones((5, 5), np.uint8)) > 0


def share_of_colour(picture: np.ndarray, region: np.ndarray, colour: int, time: int) -> float:
    """Share of the region's pixels whose nearest palette colour (as tinted by the time of day) is `colour`."""
    tint = 1 - (1 - np.array(TINT[TIMES[time]])) * 0.32
    palette = np.array(RGB, np.float32) * tint
    pixels = picture[region].astype(np.float32)
    if len(pixels) == 0:
        return 0.0
    nearest = np.linalg.norm(pixels[:, None] - palette[None], axis=-1).argmin(axis=1)
    return float((nearest == colour).mean())


def colour_rule(drawn: np.ndarray, renders: np.ndarray, rows: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Share of objects that pass (at least half of the real render's share) for the asked colour and a random other one."""
    rng = np.random.default_rng(seed)
    asked, other = [], []
    for picture, render, row in zip(drawn, renders, rows):
        for column in range(3):
            kind, colour, size = (int(v) for v in row[4 + 3 * column : 7 + 3 * column])
            if kind < 0:
                continue
            region = main_region(kind, size, column)
            bar = 0.5 * share_of_colour(render, region, colour, int(row[1]))
            if bar < 0.1:
                continue
            wrong = (colour + int(rng.integers(1, 10))) % 10
            asked.append(share_of_colour(picture, region, colour, int(row[1])) >= bar)
            other.append(share_of_colour(picture, region, wrong, int(row[1])) >= bar)
    return {"asked colour": float(np.mean(asked)), "random other colour": float(np.mean(other)), "objects": len(asked)}
