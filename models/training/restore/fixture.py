"""What the app's own code must repeat: `python -m training.restore.fixture` writes inference/restorers/restore-fixture.json."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np

from ..upscale.leaves import leaf_picture
from .damage import as_jpeg, faded, noisy, scratches
from .fading import is_faded, unfaded
from .inpaint import inpaint
from .jpeg import quantisation_noise, survived, traces
from .restore import Restorer

FOLDER = Path(__file__).parents[3]
HEIGHT, WIDTH = 48, 72


def _packed(picture: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(picture, dtype=np.uint8).tobytes()).decode()


def main() -> None:
    restore = Restorer(FOLDER / "models" / "restore")
    clean = leaf_picture(77)[60 : 60 + HEIGHT, 40 : 40 + WIDTH]
    hole = scratches(HEIGHT, WIDTH, seed=3)
    # Wide enough for the smaller copies.
    hole[20:36, 30:52] = True
    damaged = np.where(hole[..., None], 255, clean).astype(np.uint8)
    old = as_jpeg(clean, 20)[3:, 5:]
    coarseness, top, left = traces(old)
    share = survived(old, coarseness, top, left)
    grainy, pale = noisy(clean, 20), faded(clean, 1)
    cases = {"jpeg": old, "noise": grainy, "faded": pale, "clean": clean}
    made = {name: restore(picture) for name, picture in cases.items()}
    value = {
        "height": HEIGHT, "width": WIDTH, "jpegHeight": old.shape[0], "jpegWidth": old.shape[1],
        "traces": {"coarseness": coarseness, "top": top, "left": left, "survived": share, "noise": quantisation_noise(coarseness, share).tolist()},
        "hole": _packed(hole), "damaged": _packed(damaged), "filled": _packed(inpaint(damaged, hole)),
        "isFaded": is_faded(pale), "unfaded": _packed(unfaded(pale)),
        "restored": {
            name: {"given": _packed(picture), "made": _packed(made[name][0]), "noise": made[name][1].noise, "jpeg": made[name][1].jpeg, "faded": made[name][1].faded}
            for name, picture in cases.items()
        },
    }  # fmt: skip
    (FOLDER / "inference" / "restorers" / "restore-fixture.json").write_text(json.dumps(value) + "\n")


if __name__ == "__main__":
    main()
