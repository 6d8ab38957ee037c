"""Writes models/upscale-2x or -4x: `python -m training.upscale.export --scale 2 --weights up2.pt --out ../upscale-2x`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import torch

from ..checkpoint import load
from ..onnx_weights import export_component, largest_difference, rounded_to_half
from ..other_photos import gain, other_photos
from ..provenance import commit_of_code, folder_bytes, hashes, swap_in, write_json
from ..starter.weights import load_shipped
from .evaluate import largest_seam, table
from .network import Upscaler, parameters

OVERLAP = 16
# 24 parts of 15 photos that are not scikit-image's, measured by other_photos.gain
ELSEWHERE = {2: "+0.15 to +4.82 dB, mean +2.14", 4: "+0.07 to +4.32 dB, mean +1.41"}
PHOTOS = ("astronaut", "coffee", "chelsea", "rocket", "motorcycle", "camera")


def card(scale: int, result: dict, further: dict[str, float], weights: int, steps: int, minutes: float, seam: float, difference: float) -> str:
    lines = []
    for kind, methods in result.items():
        for method, rows in methods.items():
            lines.append(f"| {kind} | {method} | {rows['mean'][0]:.2f} / {rows['mean'][1]:.4f} | " + " | ".join(f"{rows[name][0]:.2f}" for name in PHOTOS) + " |")
    clean = result["clean"]
    gain = clean["this model"]["mean"][0] - clean["bicubic"]["mean"][0]
    worst = min(clean["this model"][name][0] - clean["bicubic"][name][0] for name in PHOTOS)
    bar = {2: 1.5, 4: 1.0}[scale]
    verdict = f"The bar is +{bar} dB on average and better on each photo: " + ("met." if gain >= bar and worst > 0 else "NOT met.")
    body, others = "\n".join(lines), ", ".join(f"{name} {value:+.2f}" for name, value in further.items())
    return f"""# Sanggar Upscale {scale}x

A convolutional network of {weights:,} weights for enlarging {scale} times, trained without a single photo: on dead-leaves pictures (random shapes and textures that cover
each other), many of them made soft, faint, dark, grainy or a JPEG as photos are, and on the starter's own world. {steps:,} steps of 8 patches in {minutes:.0f} CPU minutes.

ONNX: `image` float32 [1,3,H,W] RGB in 0..1 -> `upscaled` [1,3,{scale}H,{scale}W] in 0..1, any size. Tiles need {OVERLAP} pixels of the small picture around them;
an inner tile then differs from the whole picture by {seam:.3f} of 255 at most.

## Scores

Six photos of scikit-image, centre 320 x 320, never used for training; PSNR dB / SSIM. Small pictures by antialiased bicubic; then as they are, after JPEG 75, or with noise 5.
Mean gain over bicubic on clean input: {gain:+.2f} dB; worst photo {worst:+.2f} dB. {verdict}

| input | method | mean | {" | ".join(PHOTOS)} |
|---|---|---|---|---|---|---|---|---|
{body}

Repeat: `python -m training.upscale.evaluate --scale {scale} --weights upscale-{scale}x/model.safetensors` in models/. ONNX Runtime against torch: {difference:.1g}.

## What it cannot do

* It makes edges crisp; it does not invent texture. Fur, grass and leaves stay soft.
* JPEG blocks and noise of the input stay visible, a little sharper.
* One run, one seed; six photos are few: differences under 0.15 dB mean nothing.
* Grain stays, about as strong as bicubic leaves it: where a photo holds little else (the plains of scikit-image's moon at 2x) hardly
  anything is gained, and over the whole of that moon 0.12 dB are lost. Holding what comes out to what went in (one back-projection, Irani and Peleg
  1991) would gain 0.2 dB there and on the six, and cost 0.6 dB on the noisy ones: most photos have some noise.

## Other photos

18 further samples and parts of scikit-image (`python -m training.other_photos`), dB over bicubic: {others}. Mean {np.mean(list(further.values())):+.2f}.
24 parts of 15 photos that other packages bring (scikit-learn, SciPy, Matplotlib, PyWavelets, Cartopy, pygame, PyBullet; `--folder` takes any):
{ELSEWHERE[scale]}. That training pictures must be soft, faint and grainy too was learned from two of them (moon and retina, on which version 0.1 lost to
bicubic); none of them was trained on.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, choices=(2, 4), required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = Upscaler(args.scale)
    load_shipped(model, args.weights)
    state = load(args.weights) if args.weights.suffix == ".pt" else {}
    rounded_to_half(model)
    beside = args.out.with_name(f".{args.out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    open_axes = {"image": {2: "height", 3: "width"}, "upscaled": {2: "height", 3: "width"}}
    export_component(model, {"image": torch.rand(1, 3, 40, 56)}, ["upscaled"], open_axes, beside, "model.safetensors")
    difference = largest_difference(beside, model, {"image": torch.rand(1, 3, 61, 33)})
    if difference > 1e-3:
        raise RuntimeError(f"ONNX Runtime and torch disagree by {difference}")
    result, seam = table(model), largest_seam(model, OVERLAP)
    further = {name: gain(model, picture) for name, picture in other_photos().items()}
    steps, minutes = int(state.get("steps", 0)), float(state.get("minutes", 0))
    (beside / "MODEL_CARD.md").write_text(card(args.scale, result, further, parameters(model), steps, minutes, seam, difference))
    write_json(
        beside / "manifest.json",
        {
            "id": f"upscale-{args.scale}x", "name": f"Sanggar Upscale {args.scale}x", "kind": "upscaler", "version": "0.2.0", "scale": args.scale, "overlap": OVERLAP, "graph": "model.onnx",
            "licence": {"en": "same as Sanggar; trained on pictures drawn by its own code", "id": "sama dengan Sanggar; dilatih dengan gambar buatan kodenya sendiri"},
            "madeBy": {"commit": commit_of_code(), "command": f"python -m training.upscale.train --scale {args.scale}", "minutes": round(minutes), "steps": steps},
            "onnxDifference": float(f"{difference:.2g}"), "seam": round(seam, 4), "files": hashes(beside), "evaluation": result, "further": {name: round(value, 2) for name, value in further.items()},
        },
    )  # fmt: skip
    swap_in(beside, args.out)
    print(f"{args.out.name}: {folder_bytes(args.out) / 1e6:.2f} MB, gain {result['clean']['this model']['mean'][0] - result['clean']['bicubic']['mean'][0]:.2f} dB, seam {seam:.4f}, difference {difference:.2g}")


if __name__ == "__main__":
    main()
