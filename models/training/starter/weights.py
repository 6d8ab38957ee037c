"""Reading weights back: from training checkpoints and from the files that ship."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from ..checkpoint import load
from .autoencoder import Autoencoder, Decoder
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


def load_autoencoder(path: Path) -> Autoencoder:
    """From a training checkpoint, or from a shipped folder (vae_encoder and vae_decoder); the decoder gets the size that is stored."""
    if path.is_dir():
        halves = {half: shipped_state(path / f"vae_{half}" / "diffusion_pytorch_model.safetensors") for half in ("encoder", "decoder")}
    else:
        stored = load(path)["model"]
        halves = {half: {name.removeprefix(f"{half}."): value for name, value in stored.items() if name.startswith(f"{half}.")} for half in ("encoder", "decoder")}
    model = Autoencoder(Decoder.shaped_like(halves["decoder"]))
    model.encoder.load_state_dict(halves["encoder"])
    model.decoder.load_state_dict(halves["decoder"])
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
