"""Renders training pictures: `python -m training.starter.render --out DIR --count N`.

Writes pictures.npy (uint8 [N,256,256,3]), masks.npy (uint8 [N,32,32], share of object per latent cell)
and scenes.npy (int16 [N,14], see domain.scene_to_row). Pictures hold nothing that is held out; with --held-out each of them
does, with --all they come as they come. With --family 8 eight pictures in a row are one scene in other styles and times of day.
"""

from __future__ import annotations

import argparse
import os
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np

from .domain import Scene, draw_scenes, family_of, scene_to_row
from .paint import paint


def render_one(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    picture, covered = paint(scene)
    return picture, cv2.resize(covered, (32, 32), interpolation=cv2.INTER_AREA)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--family", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    scenes = draw_scenes(args.count // args.family, args.seed, None if args.all else args.held_out)
    if args.family > 1:
        scenes = [member for scene in scenes for member in family_of(scene, args.family)]
    pictures = np.lib.format.open_memmap(args.out / "pictures.npy", "w+", np.uint8, (len(scenes), 256, 256, 3))
    masks = np.zeros((len(scenes), 32, 32), np.uint8)
    with Pool(args.processes) as pool:
        for i, (picture, mask) in enumerate(pool.imap(render_one, scenes, chunksize=32)):
            pictures[i], masks[i] = picture, mask
    pictures.flush()
    np.save(args.out / "masks.npy", masks)
    np.save(args.out / "scenes.npy", np.stack([scene_to_row(scene) for scene in scenes]))


if __name__ == "__main__":
    main()
