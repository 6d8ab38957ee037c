"""The whole action as the app does it (inference/restorers/restore.ts): scratches, JPEG, noise, colour, each where it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import onnxruntime

from .fading import is_faded, unfaded
from .inpaint import inpaint
from .jpeg import quantisation_noise, survived, traces, within_steps

Choice = Literal["auto", "on", "off"]
# Finer tables than this one (about quality 85) leave nothing that is worth touching.
COARSE = 0.3
# What is assumed of a picture that shall be treated as a JPEG and shows no trace of one: quality 60.
ASSUMED = 0.8
# Levels of 255: less noise than this is not noise.
NOISE = 1.0


@dataclass
class Found:
    """What there was to do: table multiplier, sigma in levels of 255, faded or not."""

    jpeg: float | None = None
    noise: float | None = None
    faded: bool = False


class Restorer:
    def __init__(self, folder: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        names = ("noise_level", "denoise", "deblock")
        self.level, self.denoise, self.deblock = (onnxruntime.InferenceSession(str(folder / name / "model.onnx"), options) for name in names)

    def noise_of(self, picture: np.ndarray, noise: Choice) -> float:
        """Deviation in 0..1. Texture as fine as noise is called noise only where somebody says that there is some."""
        most, likely = (float(value[0]) for value in self.level.run(None, {"image": _planes(picture)}))
        return most if noise == "on" else likely

    def __call__(
        self, picture: np.ndarray, hole: np.ndarray | None = None, jpeg: Choice = "auto", noise: Choice = "auto", colour: Choice = "auto", strength: float = 1.0
    ) -> tuple[np.ndarray, Found]:
        """uint8 [H,W,3] and the painted scratches, bool [H,W] -> restored uint8, and what was found."""
        found = Found()
        trace = None if jpeg == "off" else traces(picture)
        base = picture if hole is None else inpaint(picture, hole)
        made = base
        coarseness = trace[0] if trace else (ASSUMED if jpeg == "on" else 0.0)
        if coarseness > 0 and (jpeg == "on" or coarseness >= COARSE):
            found.jpeg = coarseness
            share = survived(picture, *trace) if trace else 1.0
            deblocked = _through(self.deblock, made, quantisation_noise(coarseness, share).astype(np.float32))
            made = within_steps(deblocked, made, *trace) if trace else deblocked
        if noise != "off":
            found.noise = self.noise_of(made, noise) * 255
            if found.noise > 0 and (noise == "on" or found.noise >= NOISE):
                made = _through(self.denoise, made, np.full(3, found.noise / 255, np.float32))
        if colour == "on" or (colour == "auto" and is_faded(made)):
            found.faded, made = True, unfaded(made)
        blend = base + strength * (made.astype(np.float64) - base)
        return np.floor(blend + 0.5).astype(np.uint8), found


def _planes(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None].astype(np.float32) / 255)


def _through(session: onnxruntime.InferenceSession, picture: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    made = session.run(None, {"image": _planes(picture), "sigma": sigma})[0][0].transpose(1, 2, 0)
    return np.rint(made.astype(np.float64) * 255).astype(np.uint8)
