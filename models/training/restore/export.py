"""Writes models/restore: `python -m training.restore.export --out restore`. Nothing is trained: the graphs hold constants."""

from __future__ import annotations

import argparse
import json
import shutil
import time
from pathlib import Path

import torch

from ..onnx_weights import export_plain, largest_difference
from ..provenance import commit_of_code, hashes, swap_in, write_json
from .dct import REACH, THRESHOLD, NoiseLevel, SlidingDct, jpeg_rows, opponent_rows
from .evaluate import lines, table
from .jpeg import NARROW
from .restore import COARSE, Restorer

# What neighbouring tiles both see: the outer quarters are thrown away, and what is beyond matters little to a window in the middle.
OVERLAP = 64
TILE = 256


def card(scores: dict, differences: dict[str, float]) -> str:
    rows = "\n".join(lines(scores))
    return f"""# Restore

Four parts, none of them trained, each of which acts only where it finds something to do (or where it is told to):

* **Noise**: the level is estimated from the whole picture (median of the finest coefficients of a 7 x 7 DCT, which falls on no JPEG grid;
  windows of one colour and those with black or white in them, where noise is cut off, are left out; nothing where their kurtosis in the
  quietest windows says that they are texture and not noise: Zoran and Weiss 2009), then an 8 x 8 DCT slides over
  every pixel twice: once with everything under {THRESHOLD} sigma set to zero (Yu and Sapiro 2011), once as Wiener's filter with the first result
  as what the picture's spectrum is like (as in BM3D, Dabov et al. 2007). `noise_level`: image [1,3,H,W] in 0..1 -> most [1] and likely [1].
  `denoise`: image and sigma [3] -> denoised.
* **JPEG**: grid and coarseness of the quantisation are read from the pixels, so that PNGs made of JPEGs and crops are recognised too; the
  same filter in JPEG's own colours with the noise that such a table makes (Foi et al. 2007), less of it where next to nothing survived
  the table; then no coefficient of the luminance may be farther than {NARROW} steps from what the file holds (Park and Kim 1999).
  `deblock`: as `denoise`. Tables finer than about quality 85 (multiplier {COARSE}) are left alone.
* **Colour**: a photo without black (in each channel), without white and with tinted blacks, whose channels share some tones, has
  faded, if the tint is not that of the light or its darkest tones lie heaped up: each channel is stretched between its own ends.
* **Scratches** that somebody painted over: iterated DCT thresholding (Guleryuz 2006), coarse to fine.

The graphs are constants ({REACH} pixels of reach on each side; tiles of {TILE} with {OVERLAP} in common); the rest is code of the app
(inference/restorers), mirrored in models/training/restore and held together by fixtures.

## Scores

Six photos of scikit-image, centre 320 x 320; nothing was tuned on them. Every row but the scratches is the whole action, all automatic.

| damage | | PSNR dB | SSIM | worst photo |
|---|---|---|---|---|
{rows}

Asked for: noise 15/25/50 at 33.5/30.6/26.1 dB, clean photos above 40 dB, each JPEG better than its input. 99 dB stands for "not changed".
ONNX Runtime against torch: {max(differences.values()):.1g}. Repeat: `python -m training.restore.evaluate` in models/.

## What it cannot do

* Only white noise, as of a sensor: noise that went through a coarse JPEG or a phone's own denoiser is hardly found and stays.
* Fine texture near the noise level goes with the noise; above sigma 40 flat areas show faint ripples.
* JPEGs that were resized afterwards have no grid any more and are not recognised.
* Fading is told from a photo's tones alone. A picture that was low in contrast from the beginning and has tinted blacks is stretched as
  well, and a faded one whose subject had no black or no white comes out stronger than it was (chelsea, rocket above). Grey pictures and
  casts without fading are never touched by themselves; "on" stretches them.
* Of 18 further samples and parts of scikit-image (`python -m training.other_photos`) all clean ones are kept above 43 dB and all gain from
  noise 25 and from JPEG 10, 20 and 40, the moon at 40 next to nothing; from quality 50 on its own grain goes, 0.1 to 0.3 dB.
  So do 24 parts of 15 photos that other packages bring (scikit-learn, SciPy, Matplotlib, PyWavelets, Cartopy, pygame, PyBullet;
  `--folder` takes any), clean ones above 41 dB, but for a lawn that is grain all over (37 dB). Noise of 15, 25 and 50 came out better
  there than by the sliding DCT alone in all but one row (foliage at 50, 0.5 dB less).
* A JPEG of quality 10 of a photo without much detail is often taken for a finer one, and then gains 0.1 to 0.4 dB only (rocket above).
* Where a picture is all fine texture (grass), noise weaker than that texture is left in; noise "on" filters it regardless. Noise of 10
  that went through JPEG 90 was left in two of those 24 photos, whose darkest parts JPEG had made smooth.
* Noise is taken to be the same everywhere: where black or white cut it off, the filter for the noise elsewhere is a little too strong
  (0.02 to 0.03 dB over the six photos with noise of 15 and 25), which is the price for not being misled by borders.
* A wide hole is filled smoothly: structure goes on, fine texture is not invented.
* No automatic search for scratches: every detector tried harmed clean photos. No deblurring.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    beside = args.out.with_name(f".{args.out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    torch.manual_seed(0)
    torch.set_num_threads(1)
    begin = time.monotonic()
    image, sigma, other = torch.rand(1, 3, 96, 120), torch.tensor([0.1, 0.08, 0.12]), torch.rand(1, 3, 77, 131)
    size = {2: "height", 3: "width"}
    modules = {
        "noise_level": (NoiseLevel().eval(), {"image": image}, ["most", "likely"]),
        "denoise": (SlidingDct(opponent_rows()).eval(), {"image": image, "sigma": sigma}, ["denoised"]),
        "deblock": (SlidingDct(jpeg_rows(), stride=2).eval(), {"image": image, "sigma": sigma}, ["deblocked"]),
    }
    differences = {}
    for name, (module, inputs, outputs) in modules.items():
        dynamic = {"image": size} | ({} if name == "noise_level" else {outputs[0]: size})
        export_plain(module, inputs, outputs, dynamic, beside / name)
        differences[name] = largest_difference(beside / name, module, inputs | {"image": other})
    if max(differences.values()) > 1e-3:
        raise RuntimeError(f"ONNX Runtime and torch disagree: {differences}")
    scores = table(Restorer(beside))
    (beside / "MODEL_CARD.md").write_text(card(scores, differences))
    write_json(
        beside / "manifest.json",
        {
            "id": "restore", "name": "Sanggar Restore", "kind": "denoiser", "version": "0.3.2", "licence": {"en": "same as Sanggar; constants only, nothing was trained", "id": "sama dengan Sanggar; hanya tetapan, tidak ada yang dilatih"}, "tile": TILE, "overlap": OVERLAP,
            "graphs": {"noiseLevel": "noise_level/model.onnx", "denoise": "denoise/model.onnx", "deblock": "deblock/model.onnx"},
            "madeBy": {"commit": commit_of_code(), "command": "python -m training.restore.export --out ../restore", "minutes": round((time.monotonic() - begin) / 60, 1)},
            "onnxDifference": differences, "files": hashes(beside), "evaluation": scores,
        },
    )  # fmt: skip
    swap_in(beside, args.out)
    print("\n".join(lines(scores)), differences)


if __name__ == "__main__":
    main()
