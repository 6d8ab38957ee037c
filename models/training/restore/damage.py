"""What is done to good photos so that restoring them can be measured."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image


def noisy(picture: np.ndarray, sigma: float, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=picture.shape) * sigma
    return np.clip(picture + noise, 0, 255).round().astype(np.uint8)


def as_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """4:2:0, by libjpeg."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(io.BytesIO(file.getvalue())).convert("RGB"))


def faded(picture: np.ndarray, seed: int) -> np.ndarray:
    """Black becomes a tinted dark grey, white a tinted light grey."""
    rng = np.random.default_rng(seed)
    low, high = rng.uniform(55, 85) + rng.normal(size=3) * 10, rng.uniform(170, 210) + rng.normal(size=3) * 10
    return np.clip(low + picture / 255 * (high - low), 0, 255).round().astype(np.uint8)


def scratches(height: int, width: int, seed: int, area: float = 0.057) -> np.ndarray:
    """bool [H,W]: bent lines of 1 to 5 pixels, half of them upright, until they cover `area`."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((height, width), np.uint8)
    while (mask > 0).mean() < area:
        at = rng.uniform(0, 1, 2) * (width, height)
        turn = rng.uniform(0, np.pi) if rng.random() < 0.5 else np.pi / 2 + rng.normal() * 0.1
        points, step = [], rng.uniform(0.2, 1) * max(height, width) / 12
        for _ in range(12):
            points.append(at)
            turn += rng.normal() * 0.12
            at = at + np.array([np.cos(turn), np.sin(turn)]) * step
        cv2.polylines(mask, [np.round(np.array(points) * 16).astype(np.int32)], False, 255, int(rng.integers(1, 6)), cv2.LINE_8, 4)
    return mask > 0
