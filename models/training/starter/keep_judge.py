"""Stores a trained judge beside the code as float16, so that the evaluation can be repeated: `python -m training.starter.keep_judge judge.pt`."""

from __future__ import annotations

import sys
from pathlib import Path

from safetensors.torch import save_file

from ..checkpoint import load


def main() -> None:
    state = load(Path(sys.argv[1]))["model"]
    save_file({name: value.half().contiguous() for name, value in state.items()}, Path(__file__).with_name("judge.safetensors"))


if __name__ == "__main__":
    main()
