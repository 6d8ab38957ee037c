"""How a large picture becomes the small one that an upscaler gets: the kernels of common programs, some noise, some JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

KERNELS = (Image.Resampling.BICUBIC, Image.Resampling.BOX, Image.Resampling.LANCZOS)


def shrink(picture: np.ndarray, scale: int, kernel: Image.Resampling = Image.Resampling.BICUBIC) -> np.ndarray:
    """uint8 [H,W,3] -> [H/s,W/s,3], antialiased."""
    height, width = picture.shape[:2]
    return np.asarray(Image.fromarray(picture).resize((width // scale, height // scale), kernel))


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]


def degraded(picture: np.ndarray, scale: int, rng: np.random.Generator) -> np.ndarray:
    """One training input: 80 % clean, the rest with noise up to sigma 8, or JPEG 50 to 95, or both."""
    small = shrink(picture, scale, KERNELS[int(rng.choice(3, p=(0.6, 0.15, 0.25)))])
    if rng.random() < 0.2:
        how = int(rng.integers(3))
        if how != 1:
            small = np.clip(small + rng.normal(size=small.shape) * rng.uniform(1, 8), 0, 255).round().astype(np.uint8)
        if how != 0:
            small = jpeg(small, int(rng.integers(50, 96)))
    return small


def varied(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Flips, turns, channel order, grey, contrast: colours of one leaf picture stand for many."""
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    picture = np.rot90(picture, int(rng.integers(4)))
    how = rng.random()
    if how < 0.15:
        picture = picture[..., rng.permutation(3)]
    elif how < 0.27:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    if rng.random() < 0.4:
        table = (255 * (np.arange(256) / 255) ** rng.uniform(0.6, 1.6) * rng.uniform(0.7, 1.0)).clip(0, 255).astype(np.uint8)
        picture = table[picture]
    return as_photos_are(np.ascontiguousarray(picture), rng)


def as_photos_are(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Softness, faint contrast on any ground colour, deep black, grain and JPEG, each at times.

    Leaves are crisp and clean; a network that saw nothing else takes a photo's grain for detail and sharpens what is soft.
    """
    made = picture.astype(np.float32)
    if rng.random() < 0.35:
        made = cv2.GaussianBlur(made, (0, 0), np.exp(rng.uniform(np.log(0.5), np.log(4))))
    tone = rng.random()
    if tone < 0.35:
        made = rng.uniform(0, 255, 3) + np.exp(rng.uniform(np.log(0.06), 0)) * (made - made.mean(axis=(0, 1)))
    elif tone < 0.45:
        made = made * rng.uniform(1, 1.8) - rng.uniform(40, 200)
    if rng.random() < 0.45:
        grain = rng.standard_normal((*made.shape[:2], 3 if rng.random() < 0.6 else 1)).astype(np.float32)
        if rng.random() < 0.35:
            grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.4, 0.8)).reshape(grain.shape)
        made = made + grain * np.exp(rng.uniform(np.log(0.5), np.log(6)))
    made = made.clip(0, 255).round().astype(np.uint8)
    return jpeg(made, int(rng.integers(75, 98))) if rng.random() < 0.2 else made
