"""Tables T2 and T3's clean row: `python -m training.restore.evaluate` (optionally --model ../restore to run the ONNX graphs)."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from ..photos import photos, psnr, ssim
from .dct import NoiseLevel, SlidingDct

Denoise = Callable[[np.ndarray, float | None], tuple[np.ndarray, float]]


def in_torch() -> Denoise:
    level, dct = NoiseLevel(), SlidingDct()

    def run(picture: np.ndarray, sigma: float | None) -> tuple[np.ndarray, float]:
        with torch.inference_mode():
            image = torch.from_numpy(picture.copy()).permute(2, 0, 1)[None].float() / 255
            s = level(image) if sigma is None else torch.tensor([sigma / 255])
            return (dct(image, s)[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8), float(s) * 255

    return run


def in_onnx(folder: Path) -> Denoise:
    level, dct = (onnxruntime.InferenceSession(str(folder / name / "model.onnx")) for name in ("noise_level", "denoise"))

    def run(picture: np.ndarray, sigma: float | None) -> tuple[np.ndarray, float]:
        image = picture.transpose(2, 0, 1)[None].astype(np.float32) / 255
        s = level.run(None, {"image": image})[0] if sigma is None else np.array([sigma / 255], np.float32)
        made = dct.run(None, {"image": image, "sigma": s})[0]
        return (made[0].transpose(1, 2, 0) * 255).round().astype(np.uint8), float(s[0]) * 255

    return run


def noisy(picture: np.ndarray, sigma: float, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=picture.shape) * sigma
    return np.clip(picture + noise, 0, 255).round().astype(np.uint8)


def table(denoise: Denoise) -> dict:
    """{sigma: {noisy, denoised: [PSNR, SSIM], estimated}} with sigma 0 = clean photos."""
    result = {}
    for sigma in (0, 15, 25, 50):
        before, after, estimates, each = [], [], [], {}
        for name, picture in photos().items():
            given = noisy(picture, sigma) if sigma else picture
            made, estimate = denoise(given, None)
            if sigma:
                before.append((psnr(given, picture), ssim(given, picture)))
            after.append((psnr(made, picture), ssim(made, picture)))
            estimates.append(estimate)
            each[name] = round(after[-1][0], 2)
        mean = [[round(float(v), 4) for v in np.mean(rows, axis=0)] if rows else None for rows in (before, after)]
        result[f"sigma {sigma}"] = {"noisy": mean[0], "denoised": mean[1], "estimated sigma": [round(e, 1) for e in estimates], "dB each": each}
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    args = parser.parse_args()
    print(json.dumps(table(in_onnx(args.model) if args.model else in_torch()), indent=1))


if __name__ == "__main__":
    main()
