"""The six test photos: scikit-image's own samples, centre 320 x 320. Never used for training."""

from __future__ import annotations

import numpy as np
from skimage import color, data
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

NAMES = ("astronaut", "coffee", "chelsea", "rocket", "motorcycle", "camera")


def photo(name: str) -> np.ndarray:
    """uint8 RGB, 320 x 320 (chelsea 296 x 320)."""
    picture = data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(data, name)()
    if picture.ndim == 2:
        picture = np.repeat(picture[..., None], 3, axis=2)
    height, width = picture.shape[:2]
    h, w = min(320, height // 8 * 8), min(320, width // 8 * 8)
    y, x = (height - h) // 2, (width - w) // 2
    return np.ascontiguousarray(picture[y : y + h, x : x + w, :3])


def photos() -> dict[str, np.ndarray]:
    return {name: photo(name) for name in NAMES}


def psnr(made: np.ndarray, wanted: np.ndarray, shave: int = 0) -> float:
    """RGB, 8 bit, dB."""
    s = slice(shave, -shave or None)
    return float(peak_signal_noise_ratio(wanted[s, s], made[s, s], data_range=255))


def ssim(made: np.ndarray, wanted: np.ndarray, shave: int = 0) -> float:
    """On luminance."""
    s = slice(shave, -shave or None)
    return float(structural_similarity(color.rgb2gray(wanted[s, s]), color.rgb2gray(made[s, s]), data_range=1.0))
