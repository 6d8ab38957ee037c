"""Photos beside the six of photos.py, one by one: `python -m training.other_photos [--folder DIR]`.

Every other photographic sample of scikit-image's wheel, colour and grey, telescope and microscope, and four further parts of the large
ones, or the middle of each picture in a folder, at most 320 x 320: each must gain by enlarging, keep more than 40 dB when it is clean,
and gain from noise 25 and JPEG 10, 20 and 40.
Exits with 1 where one does not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from .photos import psnr
from .restore.damage import as_jpeg, noisy
from .restore.restore import Restorer
from .starter.weights import load_shipped
from .upscale.degrade import shrink
from .upscale.evaluate import enlarged, upscaled
from .upscale.network import Upscaler

NAMES = (
    "brick", "cell", "clock", "coins", "grass", "gravel", "hubble_deep_field", "immunohistochemistry",
    "microaneurysms", "moon", "page", "retina", "text",
)  # fmt: skip
# (photo, top, left) of parts that the six's centres do not hold
CORNERS = (("astronaut", 0, 0), ("coffee", 0, 280), ("rocket", 100, 0), ("chelsea", 0, 131))
SIDE = 320


def _part(picture: np.ndarray, top: int, left: int, side: int = SIDE) -> np.ndarray:
    """uint8 RGB; sides are multiples of 8."""
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    part = picture[top : top + side, left : left + side, :3]
    height, width = (n // 8 * 8 for n in part.shape[:2])
    return np.ascontiguousarray(part[:height, :width])


def other_photos() -> dict[str, np.ndarray]:
    found = {}
    for name in NAMES:
        picture = getattr(data, name)()
        height, width = picture.shape[:2]
        found[name] = _part(picture, max(0, (height - SIDE) // 2), max(0, (width - SIDE) // 2))
    found["motorcycle_right"] = _part(data.stereo_motorcycle()[1], 60, 300)
    return found | {f"{name} {top},{left}": _part(getattr(data, name)(), top, left, 240) for name, top, left in CORNERS}


def photos_in(folder: Path) -> dict[str, np.ndarray]:
    """The middle of every picture that Pillow can read."""
    found = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in Image.registered_extensions()):
        picture = np.asarray(Image.open(path).convert("RGB"))
        top, left = (max(0, (side - SIDE) // 2) for side in picture.shape[:2])
        found[path.stem] = _part(picture, top, left)
    return found


def gain(model: Upscaler, picture: np.ndarray) -> float:
    """dB over bicubic."""
    small, scale = shrink(picture, model.scale), model.scale
    return psnr(upscaled(model, small), picture, scale) - psnr(enlarged(small, scale, Image.Resampling.BICUBIC), picture, scale)


def row_of(picture: np.ndarray, upscalers: dict[int, Upscaler], restore: Restorer) -> dict[str, float]:
    """dB: gains over bicubic and over the damaged picture, and what is left of the clean one."""
    row = {f"x{scale}": gain(model, picture) for scale, model in upscalers.items()}
    kept = restore(picture)[0]
    row["clean"] = 99.0 if (kept == picture).all() else psnr(kept, picture)
    damaged = {"noise 25": noisy(picture, 25)} | {f"JPEG {quality}": as_jpeg(picture, quality) for quality in (10, 20, 40)}
    return row | {name: psnr(restore(given)[0], picture) - psnr(given, picture) for name, given in damaged.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("."), help="the folder with restore, upscale-2x and upscale-4x")
    parser.add_argument("--folder", type=Path, help="a folder of photos of your own")
    args = parser.parse_args()
    upscalers = {scale: Upscaler(scale) for scale in (2, 4)}
    for scale, model in upscalers.items():
        load_shipped(model, args.models / f"upscale-{scale}x/model.safetensors")
    restore = Restorer(args.models / "restore")
    failed = []
    for name, picture in (photos_in(args.folder) if args.folder else other_photos()).items():
        row = row_of(picture, upscalers, restore)
        failed += [f"{name}: {what} {value:.2f}" for what, value in row.items() if value <= (40 if what == "clean" else 0)]
        print(f"{name:22}" + "  ".join(f"{what} {value:6.2f}" for what, value in row.items()), flush=True)
    print("below:", "; ".join(failed) or "none")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
