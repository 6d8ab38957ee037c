"""Writes the folder that ships: `python -m training.starter.export --vae vae.pt --text text.pt --denoiser denoiser.pt --out models/starter`.

Everything is written beside the target and renamed at the end, so the folder is whole at all times.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch

from ..checkpoint import load
from ..onnx_weights import export_component, rounded_to_half
from ..provenance import commit_of_code, folder_bytes, hashes, swap_in, write_json
from .condition import ROWS, SLOT_VALUES, WIDTH, encode_slots
from .denoiser import WIDTHS, Denoiser
from .parity import BAR, graph_differences
from .tokenizer import MAX_LENGTH, encode_batch, write_tokenizer
from .vocabulary import EXAMPLES, vocabulary
from .weights import load_autoencoder, load_shipped, load_text_encoder

WEIGHTS = "diffusion_pytorch_model.safetensors"
LIMITS = {
    "en": "Draws its own small world only, at 256 x 256: up to three of 16 things in 10 colours, 4 times of day, 5 grounds, 6 styles. Other words are ignored.",
    "id": "Hanya menggambar dunianya sendiri yang kecil, 256 x 256: paling banyak tiga dari 16 benda dalam 10 warna, 4 waktu, 5 tempat, 6 gaya. Kata lain diabaikan.",
}


def _configs(out: Path, vocabulary_size: int) -> None:
    write_json(
        out / "model_index.json",
        {
            "_class_name": "SanggarStarterPipeline", "_diffusers_version": "0.35.0",
            "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"], "text_encoder": ["sanggar", "StarterTextEncoder"],
            "tokenizer": ["transformers", "PreTrainedTokenizerFast"], "transformer": ["sanggar", "StarterDenoiser"], "vae": ["sanggar", "StarterAutoencoder"],
        },
    )  # fmt: skip
    write_json(out / "scheduler/scheduler_config.json", {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 1000, "shift": 1.0})
    write_json(
        out / "text_encoder/config.json",
        {"_class_name": "StarterTextEncoder", "vocab_size": vocabulary_size, "hidden_size": WIDTH, "num_hidden_layers": 4, "max_position_embeddings": MAX_LENGTH, "pad_token_id": 0, "output_tokens": ROWS, "slot_values": SLOT_VALUES},
    )
    write_json(
        out / "transformer/config.json",
        {"_class_name": "StarterDenoiser", "in_channels": 4, "out_channels": 4, "sample_size": 32, "cross_attention_dim": WIDTH, "encoder_tokens": ROWS, "block_out_channels": WIDTHS, "prediction_type": "flow_velocity", "timestep_range": [0, 1]},
    )
    write_json(
        out / "vae/config.json",
        {
            "_class_name": "StarterAutoencoder", "in_channels": 3, "out_channels": 3, "latent_channels": 4, "scaling_factor": 1.0, "shift_factor": 0.0, "sample_size": 256,
            # One halving more than entries minus one, as in diffusers: 4 levels, factor 8.
            "block_out_channels": [32, 64, 128, 128], "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4, "force_upcast": False,
        },
    )  # fmt: skip


def write_models(out: Path, vae_path: Path, text_path: Path, denoiser_path: Path) -> None:
    """All four graphs with their weights, the tokenizer and the configurations."""
    g = torch.Generator().manual_seed(0)
    text, tokenizer = load_text_encoder(text_path)
    write_tokenizer(tokenizer, out / "tokenizer")
    _configs(out, tokenizer.get_vocab_size())
    ids = torch.from_numpy(encode_batch(tokenizer, [EXAMPLES["en"][0], EXAMPLES["id"][0]]))
    open_axes = {"input_ids": {0: "batch", 1: "length"}, "last_hidden_state": {0: "batch"}, "slots": {0: "batch"}}
    export_component(rounded_to_half(text), {"input_ids": ids}, ["last_hidden_state", "slots"], open_axes, out / "text_encoder", "model.safetensors")
    denoiser = Denoiser()
    load_shipped(denoiser, denoiser_path)
    slots = torch.stack([torch.randint(0, n, (2,), generator=g) for n in SLOT_VALUES], dim=1)
    inputs = {"hidden_states": torch.randn(2, 4, 32, 32, generator=g), "timestep": torch.tensor([0.3, 1.0]), "encoder_hidden_states": encode_slots(slots)}
    export_component(rounded_to_half(denoiser), inputs, ["out_sample"], {name: {0: "batch"} for name in [*inputs, "out_sample"]}, out / "transformer", WEIGHTS)
    vae = rounded_to_half(load_autoencoder(vae_path))
    for name, half, given, made, channels, size in (("vae_encoder", vae.encoder, "sample", "latent_sample", 3, 256), ("vae_decoder", vae.decoder, "latent_sample", "sample", 4, 32)):
        example = torch.randn(1, channels, size, size, generator=g).clamp(-1, 1)
        axes = {given: {0: "batch", 2: "height", 3: "width"}, made: {0: "batch"}}
        export_component(half, {given: example}, [made], axes, out / name, WEIGHTS)


def write_manifest(out: Path, commit: str, command: str, minutes: float, samples: int, differences: dict[str, float], version: str) -> None:
    """manifest.json with the sha256 of every other file of the folder."""
    write_json(
        out / "manifest.json",
        {
            "id": "starter", "name": "Sanggar Starter", "family": "starter", "version": version, "licence": {"en": "same as Sanggar; trained on pictures drawn by its own code", "id": "sama dengan Sanggar; dilatih dengan gambar buatan kodenya sendiri"},
            "defaultSize": [256, 256], "sizes": [[256, 256]], "defaultSteps": 8, "defaultGuidance": 2, "maxSteps": 32, "finish": {"upscale": 2}, "languages": ["en", "id"], "capabilities": ["text-to-image", "image-to-image"],
            "limits": LIMITS, "madeBy": {"commit": commit, "command": command, "minutes": round(minutes), "samples": samples},
            "onnxDifference": {name: float(f"{value:.2g}") for name, value in differences.items()}, "files": hashes(out), "evaluation": {},
        },
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vae", type=Path, required=True)
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--denoiser", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--earlier-samples", type=int, default=0, help="samples and minutes of the runs that this one started from")
    parser.add_argument("--earlier-minutes", type=float, default=0)
    parser.add_argument("--version", default="0.3.0")
    args = parser.parse_args()
    beside = args.out.with_name(f".{args.out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    write_models(beside, args.vae, args.text, args.denoiser)
    differences = graph_differences(beside)
    if max(differences.values()) > BAR:
        raise RuntimeError(f"ONNX Runtime and torch disagree: {differences}")
    write_json(beside / "vocabulary.json", vocabulary())
    state = load(args.denoiser) if args.denoiser.suffix == ".pt" else {}
    # $D is the folder of the checkpoints, as in README.md, which has the commands that made them; what ships is not in it.
    given = {name: f"$D/{path.name}" if path.suffix == ".pt" else str(path) for name, path in (("--vae", args.vae), ("--text", args.text), ("--denoiser", args.denoiser))}
    command = " ".join(["python -m training.starter.export", *(f"{name} {path}" for name, path in given.items()), f"--out {args.out.name}"])
    write_manifest(beside, commit_of_code(), command, float(state.get("minutes", 0)) + args.earlier_minutes, int(state.get("samples", 0)) + args.earlier_samples, differences, args.version)
    swap_in(beside, args.out)
    print(f"{args.out.name}: {folder_bytes(args.out) / 1e6:.1f} MB, differences {differences}")


if __name__ == "__main__":
    main()
