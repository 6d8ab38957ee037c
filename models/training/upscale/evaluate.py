"""Table T1: `python -m training.upscale.evaluate --scale 2 --weights upscale-2x/model.safetensors` against bicubic and Lanczos on six photos."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ..photos import photos, psnr, ssim
from ..starter.weights import load_shipped
from .degrade import jpeg, shrink
from .network import Upscaler, float_picture


@torch.inference_mode()
def upscaled(model: Upscaler, small: np.ndarray) -> np.ndarray:
    return (model.eval()(float_picture(small.copy()))[0].permute(1, 2, 0) * 255).round().byte().numpy()


def enlarged(small: np.ndarray, scale: int, kernel: Image.Resampling) -> np.ndarray:
    height, width = small.shape[:2]
    return np.asarray(Image.fromarray(small).resize((width * scale, height * scale), kernel))


def inputs(picture: np.ndarray, scale: int) -> dict[str, np.ndarray]:
    """The three columns of T1. One fixed noise seed."""
    small = shrink(picture, scale)
    noisy = np.clip(small + np.random.default_rng(0).normal(size=small.shape) * 5, 0, 255).round().astype(np.uint8)
    return {"clean": small, "JPEG 75": jpeg(small, 75), "noise 5": noisy}


def table(model: Upscaler) -> dict:
    """{input: {method: {photo: [PSNR, SSIM], mean: [...]}}}"""
    s = model.scale
    methods = {
        "bicubic": lambda p: enlarged(p, s, Image.Resampling.BICUBIC), "Lanczos": lambda p: enlarged(p, s, Image.Resampling.LANCZOS), "this model": lambda p: upscaled(model, p)
    }  # fmt: skip
    result: dict = {}
    for name, picture in photos().items():
        height, width = (n // (2 * s) * 2 * s for n in picture.shape[:2])
        picture = picture[:height, :width]
        for kind, small in inputs(picture, s).items():
            for method, run in methods.items():
                made = run(small)
                result.setdefault(kind, {}).setdefault(method, {})[name] = [round(psnr(made, picture, s), 2), round(ssim(made, picture, s), 4)]
    for kind in result.values():
        for rows in kind.values():
            rows["mean"] = np.mean(list(rows.values()), axis=0).round(4).tolist()
    return result


def mean_gain(model: Upscaler) -> float:
    """dB over bicubic on clean input, mean of six photos."""
    clean = table(model)["clean"]
    return clean["this model"]["mean"][0] - clean["bicubic"]["mean"][0]


def largest_seam(model: Upscaler, overlap: int, tile: int = 96) -> float:
    """Largest difference, of 255, between an inner tile with `overlap` pixels around it and the whole picture."""
    picture = photos()["astronaut"][:256, :256]
    s = model.scale
    at, end = 64, 64 + tile
    with torch.inference_mode():
        whole = model.eval()(float_picture(picture))[..., at * s : end * s, at * s : end * s]
        part = model(float_picture(picture[at - overlap : end + overlap, at - overlap : end + overlap].copy()))
    o = overlap * s
    return float((whole - part[..., o : part.shape[2] - o, o : part.shape[3] - o]).abs().max() * 255)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, choices=(2, 4), required=True)
    parser.add_argument("--weights", type=Path, required=True)
    args = parser.parse_args()
    model = Upscaler(args.scale)
    load_shipped(model, args.weights)
    result = table(model)
    for kind, methods in result.items():
        for method, rows in methods.items():
            print(f"{kind:8} {method:10} mean {rows['mean'][0]:.2f} dB {rows['mean'][1]:.4f} | " + ", ".join(f"{n} {v[0]:.2f}" for n, v in rows.items() if n != "mean"))
    print("seam at overlap", json.dumps({o: round(largest_seam(model, o), 3) for o in (4, 8, 12, 16)}))


if __name__ == "__main__":
    main()
