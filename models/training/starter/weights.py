"""Reading weights back: from training checkpoints and from the files that ship."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from ..checkpoint import load
from .autoencoder import Autoencoder
from .text_encoder import TextEncoder


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


def grown(model: nn.Module, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights of a decoder with fewer blocks in the places of one with more: each old layer goes to the next that has its
    shapes. The blocks in between keep their first values, with which they change nothing."""
    layers: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in state.items():
        if name.startswith("net."):
            _, place, rest = name.split(".", 2)
            layers.setdefault(int(place), {})[rest] = value
    out, at = dict(model.state_dict()), 0
    out |= {name: value for name, value in state.items() if not name.startswith("net.")}
    for _, layer in sorted(layers.items()):
        shapes = {rest: value.shape for rest, value in layer.items()}
        while {rest: value.shape for rest, value in model.net[at].state_dict().items()} != shapes:
            at += 1
        out |= {f"net.{at}.{rest}": value for rest, value in layer.items()}
        at += 1
    return out


def load_autoencoder(path: Path) -> Autoencoder:
    """From a training checkpoint, or from a shipped folder (vae_encoder and vae_decoder)."""
    model = Autoencoder()
    if path.is_dir():
        for half, name in ((model.encoder, "vae_encoder"), (model.decoder, "vae_decoder")):
            half.load_state_dict(grown(half, shipped_state(path / name / "diffusion_pytorch_model.safetensors")))
    else:
        stored = load(path)["model"]
        for half, name in ((model.encoder, "encoder."), (model.decoder, "decoder.")):
            half.load_state_dict(grown(half, {key.removeprefix(name): value for key, value in stored.items() if key.startswith(name)}))
    return model


def load_text_encoder(path: Path) -> tuple[TextEncoder, Tokenizer]:
    """From a training checkpoint, or from a shipped folder."""
    if path.is_dir():
        tokenizer = Tokenizer.from_file(str(path / "tokenizer/tokenizer.json"))
        state = shipped_state(path / "text_encoder/model.safetensors")
    else:
        stored = load(path)
        tokenizer, state = Tokenizer.from_str(stored["tokenizer"]), stored["model"]
    model = TextEncoder(tokenizer.get_vocab_size())
    # Weights of a time when captions were shorter: the places that they lack keep their first values.
    short = state["places"]
    state["places"] = torch.cat([short, model.places.detach()[len(short) :]])
    model.load_state_dict(state)
    return model, tokenizer
