"""The shipped folder as one object, run with ONNX Runtime just as the app does: prompt -> picture."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import Tensor

from .sample import flow_times, to_pictures
from .tokenizer import encode_batch


class Shipped:
    """Loads models/starter (or any folder that export wrote)."""

    def __init__(self, folder: Path, threads: int = 2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer/tokenizer.json"))
        parts = ("text_encoder", "transformer", "vae_encoder", "vae_decoder")
        self.parts = {name: onnxruntime.InferenceSession(str(folder / name / "model.onnx"), options) for name in parts}

    def condition(self, prompts: list[str]) -> np.ndarray:
        return self.parts["text_encoder"].run(["last_hidden_state"], {"input_ids": encode_batch(self.tokenizer, prompts)})[0]

    def slots(self, prompts: list[str]) -> np.ndarray:
        return self.parts["text_encoder"].run(["slots"], {"input_ids": encode_batch(self.tokenizer, prompts)})[0]

    def encode(self, pictures: np.ndarray) -> np.ndarray:
        return self.parts["vae_encoder"].run(None, {"sample": (pictures.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)})[0]

    def decode(self, latents: np.ndarray) -> np.ndarray:
        return to_pictures(torch.from_numpy(self.parts["vae_decoder"].run(None, {"latent_sample": latents.astype(np.float32)})[0]))

    def draw(self, prompts: list[str], steps: int = 8, guidance: float = 2.0, seed: int = 0, begin: np.ndarray | None = None, strength: float = 1.0) -> np.ndarray:
        """uint8 [B,256,256,3]; `begin` pictures with strength < 1 is image to image."""
        pictures = []
        for at in range(0, len(prompts), 16):
            group = prompts[at : at + 16]
            condition, blank = self.condition(group), self.condition([""])
            noise = np.random.default_rng(seed + at).standard_normal((len(group), 4, 32, 32)).astype(np.float32)
            times, x = flow_times(steps), noise
            if begin is not None:
                times = times[steps - max(1, min(steps, int(steps * strength))) :]
                x = ((1 - times[0]) * self.encode(begin[at : at + 16]) + times[0] * noise).astype(np.float32)
            both = np.concatenate([condition, np.repeat(blank, len(group), axis=0)])
            for now, after in zip(times, times[1:]):
                feed = {"hidden_states": np.concatenate([x, x]), "timestep": np.full(2 * len(group), now, np.float32), "encoder_hidden_states": both}
                asked, free = np.split(self.parts["transformer"].run(None, feed)[0], 2)
                x = (x + (after - now) * (free + guidance * (asked - free))).astype(np.float32)
            pictures.append(self.decode(x))
        return np.concatenate(pictures)


def cores() -> int:
    return os.cpu_count() or 1


def as_tensor(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1
