"""Contact sheets: small pictures that show what the model does, good and bad alike."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .domain import COLOURS, OBJECTS, STYLES, Scene, Thing
from .paint import paint
from .shipped import Shipped

FRONT = (
    "anime, a red house on the left and a green tree on the right, meadow, day", "watercolor of a blue boat on the sea at sunset with mountains",
    "a big orange cat in the snow at night, realistic photo", "pixel art, a white rocket and a yellow star, desert, night",
    "oil painting of three red flowers in a meadow, day", "pencil sketch, a brown house and two green pines in the snow, day",
    "cat air, perahu merah di laut saat senja", "dua balon udara kuning di atas padang rumput, siang, gaya anime",
    "seekor kucing hitam besar di kota, malam, seni piksel", "lukisan minyak, payung ungu di gurun, badai",
    "foto realistis, mobil biru di kota saat hujan", "sketsa pensil kupu-kupu oranye dan bunga merah muda, taman, siang",
)  # fmt: skip


def _tile(pictures: np.ndarray, columns: int, size: int) -> np.ndarray:
    small = [cv2.resize(p, (size, size), interpolation=cv2.INTER_AREA) for p in pictures]
    rows = [np.concatenate(small[i : i + columns], axis=1) for i in range(0, len(small) - columns + 1, columns)]
    return np.concatenate(rows, axis=0)[..., ::-1]


def contact_sheet(path: Path, pictures: np.ndarray, columns: int = 8, size: int = 160) -> None:
    cv2.imwrite(str(path), _tile(pictures, columns, size))


def front_page(model: Shipped, path: Path) -> None:
    """Twelve prompts, six of them Indonesian, first seed, nothing picked."""
    pictures = model.draw(list(FRONT), 16, 2.0, seed=1)
    cv2.imwrite(str(path), _tile(pictures, 4, 256), [cv2.IMWRITE_JPEG_QUALITY, 86])
    cv2.imwrite(str(path.with_suffix(".png")), _tile(pictures, 4, 256))


def style_sheet(model: Shipped, path: Path) -> None:
    """Image to image: a rendered picture per row, then redrawn in each style at strength 0.6."""
    things = (("house", "red"), ("boat", "blue"), ("cat", "orange"), ("balloon", "purple"))
    rows = []
    for i, (name, colour) in enumerate(things):
        column = Thing(OBJECTS.index(name), COLOURS.index(colour), 2)
        picture = paint(Scene(0 if i % 2 == 0 else 5, i % 4, (2, 0, 3, 1)[i], i == 1, (None, column, None), 5 + i))[0]
        begin = np.repeat(picture[None], len(STYLES), axis=0)
        redrawn = model.draw(["anime", "watercolor", "oil painting", "pixel art", "pencil sketch", "realistic photo"], 8, 2.0, 3, begin, 0.6)
        rows += [picture, *redrawn]
    cv2.imwrite(str(path), _tile(np.stack(rows), 7, 160), [cv2.IMWRITE_JPEG_QUALITY, 86])
    cv2.imwrite(str(path.with_suffix(".png")), _tile(np.stack(rows), 7, 160))
