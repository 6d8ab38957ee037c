"""The tables of the model card, from the graphs that ship: `python -m training.restore.evaluate [--model restore]`.

Six photos of scikit-image on which nothing was tuned. Every row is the whole action as the app does it, with everything on automatic.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from ..photos import photos, psnr, ssim
from .damage import as_jpeg, faded, noisy, scratches
from .restore import Restorer

Photo = np.ndarray
BARS = {15: 33.5, 25: 30.6, 50: 26.1}


def _row(pairs: dict[str, tuple[Photo, Photo]]) -> dict:
    """{name: (made, wanted)} -> means and every photo's dB; equal pictures count as 99."""
    each = {name: round(min(psnr(made, wanted), 99.0) if (made != wanted).any() else 99.0, 2) for name, (made, wanted) in pairs.items()}
    similar = float(np.mean([ssim(made, wanted) for made, wanted in pairs.values()]))
    return {"PSNR": round(float(np.mean(list(each.values()))), 2), "SSIM": round(similar, 4), "each": each}


def _damaged(damage: Callable[[Photo, int], Photo], ways: dict[str, Callable[[Photo], Photo]]) -> dict:
    """Each way's row, and the damaged pictures' own."""
    clean = photos()
    given = {name: damage(picture, n) for n, (name, picture) in enumerate(clean.items())}
    rows = {"damaged": _row({name: (given[name], clean[name]) for name in clean})}
    return rows | {way: _row({name: (run(given[name]), clean[name]) for name in clean}) for way, run in ways.items()}


def _shifted_jpeg(quality: int) -> Callable[[Photo], Photo]:
    """Nosratinia 2001: mean of re-compressions at the same quality, shifted; every second of the 64 shifts in each direction."""

    def run(picture: Photo) -> Photo:
        total = np.zeros(picture.shape)
        for y in range(0, 8, 2):
            for x in range(0, 8, 2):
                padded = np.pad(picture, ((y, 8), (x, 8), (0, 0)), mode="reflect")
                total += as_jpeg(padded, quality)[y : y + picture.shape[0], x : x + picture.shape[1]]
        return (total / 16).round().astype(np.uint8)

    return run


def scratch_rows(restore: Restorer) -> dict:
    clean = photos()
    pairs: dict[str, dict[str, tuple[Photo, Photo]]] = {"damaged": {}, "Telea": {}, "Navier-Stokes": {}, "Sanggar": {}}
    for n, (name, picture) in enumerate(clean.items()):
        hole = scratches(*picture.shape[:2], seed=n)
        given = np.where(hole[..., None], 255, picture).astype(np.uint8)
        mask = hole.astype(np.uint8)
        pairs["damaged"][name] = (given, picture)
        pairs["Telea"][name] = (cv2.inpaint(given, mask, 3, cv2.INPAINT_TELEA), picture)
        pairs["Navier-Stokes"][name] = (cv2.inpaint(given, mask, 3, cv2.INPAINT_NS), picture)
        pairs["Sanggar"][name] = (restore(given, hole, jpeg="off", noise="off", colour="off")[0], picture)
    return {way: _row(rows) for way, rows in pairs.items()}


def table(restore: Restorer) -> dict:
    def ours(picture: Photo) -> Photo:
        return restore(picture)[0]

    result: dict = {"clean": _damaged(lambda p, _: p, {"Sanggar": ours})}
    for sigma in BARS:
        result[f"noise {sigma}"] = _damaged(lambda p, _, s=sigma: noisy(p, s), {"Sanggar": ours})
        result[f"noise {sigma}"]["bar"] = BARS[sigma]
    for quality in (10, 20, 40):
        ways = {"shifted JPEG": _shifted_jpeg(quality), "Sanggar": ours}
        result[f"JPEG {quality}"] = _damaged(lambda p, _, q=quality: as_jpeg(p, q), ways)
    levels = {"autocontrast": lambda p: np.asarray(ImageOps.autocontrast(Image.fromarray(p), cutoff=0.5)), "Sanggar": ours}
    result["faded"] = _damaged(faded, levels)
    result["clean, autocontrast"] = _damaged(lambda p, _: p, {"autocontrast": levels["autocontrast"]})
    result["scratches"] = scratch_rows(restore)
    return result


def lines(result: dict) -> list[str]:
    """One line for each way: PSNR, SSIM, and the photo that came out worst."""
    made = []
    for damage, rows in result.items():
        for way, row in rows.items():
            if isinstance(row, dict):
                worst = min(row["each"], key=row["each"].get)
                made.append(f"| {damage} | {way} | {row['PSNR']:.2f} | {row['SSIM']:.3f} | {worst} {row['each'][worst]:.1f} |")
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path(__file__).parents[2] / "restore")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    result = table(Restorer(args.model))
    if args.json:
        print(json.dumps(result, indent=1))
    else:
        print("| damage | | PSNR dB | SSIM | worst photo |\n|---|---|---|---|---|")
        print("\n".join(lines(result)))


if __name__ == "__main__":
    main()
