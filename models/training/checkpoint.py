"""Checkpoints that are never half written, and the running average of weights."""

from __future__ import annotations

import os
from pathlib import Path

import torch
from torch import Tensor, nn


def save(path: Path, state: dict) -> None:
    """Writes beside the target and renames, so that a killed run leaves the last good file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    os.replace(beside, path)


def load(path: Path) -> dict:
    """The stored state, or {} when there is none yet."""
    return torch.load(path, map_location="cpu", weights_only=True) if path.exists() else {}


class Average:
    """Exponential moving average of a model's state, with a short memory at the start."""

    def __init__(self, model: nn.Module, decay: float, state: dict[str, Tensor] | None = None, updates: int = 0):
        self.decay = decay
        self.updates = updates
        self.state = {k: v.detach().clone() for k, v in (state or model.state_dict()).items()}

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for key, value in model.state_dict().items():
            held = self.state[key]
            if held.dtype.is_floating_point:
                held.lerp_(value, 1 - decay)
            else:
                held.copy_(value)
