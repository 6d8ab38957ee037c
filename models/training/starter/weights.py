"""Reading weights back: from training checkpoints and from the files that ship."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from ..checkpoint import load


def shipped_state(path: Path) -> dict[str, torch.Tensor]:
    """A shipped .safetensors file as float32: `name` beside `name.scale` is int8 per output channel."""
    stored = load_file(path)
    state = {}
    for name, value in stored.items():
        if name.endswith(".scale") and name.removesuffix(".scale") in stored:
            continue
        scale = stored.get(f"{name}.scale") if value.dtype == torch.int8 else None
        state[name] = value.float() if scale is None else value.float() * scale.float()
    return state


def load_shipped(model: nn.Module, path: Path) -> None:
    """Loads a training checkpoint (.pt, the averaged weights when there are some) or shipped weights (.safetensors)."""
    if path.suffix == ".safetensors":
        model.load_state_dict(shipped_state(path))
        return
    state = load(path)
    model.load_state_dict(state.get("average", state["model"]))
