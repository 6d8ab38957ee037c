"""Are the graphs the weights? Each graph of a shipped folder in ONNX Runtime against torch with the safetensors beside it."""

from __future__ import annotations

from pathlib import Path

import torch

from ..onnx_weights import largest_difference
from .condition import SLOT_VALUES, encode_slots
from .denoiser import Denoiser
from .tokenizer import encode_batch
from .vocabulary import EXAMPLES
from .weights import load_autoencoder, load_shipped, load_text_encoder

BAR = 1e-3


def graph_differences(folder: Path) -> dict[str, float]:
    """Largest difference of any output by component, over other batch sizes and sides than those of the export."""
    g = torch.Generator().manual_seed(1)
    text, tokenizer = load_text_encoder(folder)
    denoiser = Denoiser()
    load_shipped(denoiser, folder / "transformer/diffusion_pytorch_model.safetensors")
    vae = load_autoencoder(folder)
    slots = torch.stack([torch.randint(0, values, (3,), generator=g) for values in SLOT_VALUES], dim=1)
    asked = {
        "text_encoder": (text, {"input_ids": torch.from_numpy(encode_batch(tokenizer, ["", *EXAMPLES["en"], *EXAMPLES["id"]]))}),
        "transformer": (denoiser, {"hidden_states": torch.randn(3, 4, 32, 32, generator=g), "timestep": torch.tensor([0.05, 0.3, 1.0]), "encoder_hidden_states": encode_slots(slots)}),
        "vae_encoder": (vae.encoder, {"sample": torch.randn(2, 3, 128, 256, generator=g).clamp(-1, 1)}),
        "vae_decoder": (vae.decoder, {"latent_sample": torch.randn(2, 4, 16, 32, generator=g)}),
    }
    return {name: largest_difference(folder / name, model.eval(), inputs) for name, (model, inputs) in asked.items()}
