"""Writes models/restore: `python -m training.restore.export --out ../restore`. Nothing is trained: the graphs hold constants."""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path

import torch

from ..onnx_weights import export_plain, largest_difference
from ..provenance import commit_of_code, hashes, swap_in, write_json
from .dct import THRESHOLD, NoiseLevel, SlidingDct
from .evaluate import in_onnx, table

OVERLAP = 16
TILE = 256


def card(scores: dict, differences: dict[str, float]) -> str:
    rows = []
    for sigma in (15, 25, 50):
        row = scores[f"sigma {sigma}"]
        rows.append(f"| {sigma} | {row['noisy'][0]:.2f} / {row['noisy'][1]:.3f} | {row['denoised'][0]:.2f} / {row['denoised'][1]:.3f} | {', '.join(str(v) for v in row['estimated sigma'])} |")
    clean = scores["sigma 0"]
    table_rows = "\n".join(rows)
    return f"""# Restore: denoise

Blind denoising without any training: the sliding-window DCT of Yu and Sapiro (2011) as two ONNX graphs of constants.
`noise_level`: image [1,3,H,W] in 0..1 -> sigma [1]. `denoise`: image and sigma -> denoised. Thresholds are {THRESHOLD} sigma.

Estimate sigma once on the whole picture, then run tiles of {TILE} pixels with {OVERLAP} pixels around them (more than the 14 that a pixel can see, so there
are no seams, at any tile origin). A strength slider blends input and output, or scales sigma.

## Scores (six photos of scikit-image, white noise, clipped to 8 bit, PSNR dB / SSIM, sigma estimated blindly)

| sigma | noisy | denoised | sigma found, each photo |
|---|---|---|---|
{table_rows}

Clean photos in: {clean["denoised"][0]:.1f} dB on average, {min(clean["dB each"].values()):.1f} dB at worst (it finds sigma {", ".join(str(v) for v in clean["estimated sigma"])} there).
ONNX Runtime against torch: {max(differences.values()):.1g}. Repeat: `python -m training.restore.evaluate --model ../restore`.

## What it cannot do

* Only white noise, as of a sensor before any JPEG: noise that went through JPEG or a phone's own denoiser is hardly found (sigma reads near 0) and stays.
* Fine texture near the noise level goes with the noise; above sigma 40 flat areas show faint ripples.
* It takes about 6 CPU seconds a megapixel and about 0.3 GB for a tile of {TILE} pixels.
* JPEG blocks, scratches, fading, blur: not its work. A trained network for these was not made in this version.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    beside = args.out.with_name(f".{args.out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    torch.manual_seed(0)
    begin = time.monotonic()
    level, dct = NoiseLevel().eval(), SlidingDct().eval()
    image, sigma = torch.rand(1, 3, 96, 120), torch.tensor([0.1])
    export_plain(level, {"image": image}, ["sigma"], {"image": {2: "height", 3: "width"}}, beside / "noise_level")
    size = {2: "height", 3: "width"}
    export_plain(dct, {"image": image, "sigma": sigma}, ["denoised"], {"image": size, "denoised": size}, beside / "denoise")
    other = torch.rand(1, 3, 77, 131)
    differences = {"noise_level": largest_difference(beside / "noise_level", level, {"image": other}), "denoise": largest_difference(beside / "denoise", dct, {"image": other, "sigma": sigma})}
    if max(differences.values()) > 1e-3:
        raise RuntimeError(f"ONNX Runtime and torch disagree: {differences}")
    scores = table(in_onnx(beside))
    (beside / "MODEL_CARD.md").write_text(card(scores, differences))
    write_json(
        beside / "manifest.json",
        {
            "id": "restore", "name": "Sanggar Restore", "kind": "denoiser", "version": "0.1.0", "tile": TILE, "overlap": OVERLAP,
            "graphs": {"noiseLevel": "noise_level/model.onnx", "denoise": "denoise/model.onnx"},
            "madeBy": {"commit": commit_of_code(), "command": "python -m training.restore.export --out ../restore", "minutes": round((time.monotonic() - begin) / 60, 1)},
            "onnxDifference": differences, "files": hashes(beside), "evaluation": scores,
        },
    )  # fmt: skip
    swap_in(beside, args.out)
    print(json.dumps(scores["sigma 25"]), differences)


if __name__ == "__main__":
    main()
