"""Puts measured results into a shipped folder without touching its weights: `python -m training.starter.attach --model starter --evaluation DIR`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from ..provenance import hashes, write_json


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--evaluation", type=Path, required=True)
    args = parser.parse_args()
    for path in [args.evaluation / "MODEL_CARD.md", *args.evaluation.glob("*.jpg")]:
        shutil.copy(path, args.model / path.name)
    manifest = json.loads((args.model / "manifest.json").read_text())
    manifest["evaluation"] = json.loads((args.evaluation / "report.json").read_text())
    manifest["files"] = hashes(args.model)
    write_json(args.model / "manifest.json", manifest)


if __name__ == "__main__":
    main()
