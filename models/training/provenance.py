"""What every model folder says about itself: hashes, the code's commit, and how a folder is put in place whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path


def write_json(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of every file but the manifest itself."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def commit_of_code() -> str:
    """The commit that last touched the training code, or "" outside a git checkout."""
    here = Path(__file__).parent
    return subprocess.run(["git", "log", "-1", "--format=%H", "--", "."], capture_output=True, text=True, cwd=here).stdout.strip()


def swap_in(beside: Path, target: Path) -> None:
    """Puts a finished folder in the place of an old one."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    beside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
