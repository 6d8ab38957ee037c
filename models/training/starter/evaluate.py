"""Measures a shipped folder: `python -m training.starter.evaluate --model ../starter --judge training/starter/judge.safetensors --out DIR`.

300 held-out scenes, captions half English and half Indonesian through the shipped text encoder, 8 steps, guidance 2, scored by
the independent judge (classifier.py) and the untrained colour rule; prompts written by hand; image to image between styles; graphs
against torch; contact sheets. Writes report.json, MODEL_CARD.md, sheet.jpg, sheet-styles.jpg and sheet-held-out.jpg.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path

import cv2
import numpy as np
from skimage.metrics import peak_signal_noise_ratio

from .captions import request_of_scene, slots_of, write
from .card import card
from .classifier import Judge, scores, verdicts
from .colour_rule import colour_rule
from .domain import STYLES, Scene, backdrop_is_held_out, draw_scenes, scene_to_row
from .free_prompts import FREE_PROMPTS, MISREAD, with_slots
from .paint import paint
from .parity import graph_differences
from .shipped import Shipped
from .sheets import contact_sheet, front_page, style_sheet
from .weights import load_shipped


def held_out_prompts(count: int, seed: int) -> tuple[list[Scene], list[str], np.ndarray]:
    """Scenes, captions (even rows English, odd rows Indonesian) and the slots that each caption really asks for."""
    rng = np.random.default_rng(seed)
    scenes = draw_scenes(count, seed, True)
    requests = [request_of_scene(scene) for scene in scenes]
    captions = [write(request, "id" if i % 2 else "en", rng) for i, request in enumerate(requests)]
    return scenes, captions, np.stack([slots_of(request) for request in requests])


def text_to_image(model: Shipped, judge: Judge, count: int, steps: int, guidance: float, seed: int) -> tuple[dict, np.ndarray]:
    scenes, captions, slots = held_out_prompts(count, seed)
    rows = np.stack([scene_to_row(scene) for scene in scenes])
    renders = np.stack([paint(scene)[0] for scene in scenes])
    begin = time.process_time()
    drawn = model.draw(captions, steps, guidance, seed)
    seconds = (time.process_time() - begin) / count
    answers = verdicts(judge, drawn)
    by = {"all": np.ones(count, bool), "english": np.arange(count) % 2 == 0, "indonesian": np.arange(count) % 2 == 1}
    by["backdrop never seen"] = np.array([backdrop_is_held_out(s.style, s.time, s.ground) for s in scenes])
    report = {
        "prompts": count, "steps": steps, "guidance": guidance, "cpu seconds a picture": round(seconds, 3),
        "captions parsed entirely right": round(float((model.slots(captions) == slots).all(axis=1).mean()), 4),
        "scores": {name: _rounded(scores(tuple(a[where] for a in answers), rows[where])) for name, where in by.items()},
        "scores by style": {name: _rounded(scores(tuple(a[rows[:, 0] == i] for a in answers), rows[rows[:, 0] == i])) for i, name in enumerate(STYLES)},
        "judge on the real renders": _rounded(scores(verdicts(judge, renders), rows)),
        "judge on the autoencoder's copies": _rounded(scores(verdicts(judge, _copies(model, renders)), rows)),
        "colour rule": _rounded(colour_rule(drawn, renders, rows)),
        "colour rule on real renders": _rounded(colour_rule(renders, renders, rows)),
    }  # fmt: skip
    return report, drawn


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _copies(model: Shipped, pictures: np.ndarray) -> np.ndarray:
    return np.concatenate([model.decode(model.encode(chunk)) for chunk in np.array_split(pictures, max(1, len(pictures) // 16))])


def prompts_by_hand(model: Shipped, groups: dict[str, tuple[tuple[str, str], ...]]) -> dict:
    """How much of prompts by language the parser gets: share of slots and of prompts that are entirely right."""
    report = {}
    for lang, pairs in groups.items():
        prompts, slots = with_slots(pairs)
        right = model.slots(prompts) == slots
        report[lang] = {"prompts": len(prompts), "slots": round(float(right.mean()), 4), "entirely right": round(float(right.all(axis=1).mean()), 4)}
    return report


# (style of the given picture, asked style, prompt)
REDRAWN = (("anime", "photo", "realistic photo"), ("photo", "anime", "anime"), ("anime", "watercolor", "cat air"), ("photo", "oil", "lukisan minyak"), ("watercolor", "sketch", "pencil sketch"))


def image_to_image(model: Shipped, judge: Judge, count: int, seed: int) -> dict:
    """Real renders redrawn in another style. PSNR against the true render of the same scene in that style."""
    report = {}
    for source, target, prompt in REDRAWN:
        scenes = [Scene(STYLES.index(source), *_rest(scene)) for scene in draw_scenes(count, seed, False)]
        wanted = [Scene(STYLES.index(target), *_rest(scene)) for scene in scenes]
        begin = np.stack([paint(scene)[0] for scene in scenes])
        truth = np.stack([paint(scene)[0] for scene in wanted])
        rows = np.stack([scene_to_row(scene) for scene in wanted])
        before = round(_psnr(begin, truth), 2)
        for strength in (0.5, 0.7):
            drawn = model.draw([prompt] * count, 8, 2.0, seed, begin, strength)
            got = _rounded(scores(verdicts(judge, drawn), rows))
            got["psnr to the true render"] = round(_psnr(drawn, truth), 2)
            got["psnr of the untouched input"] = before
            report[f"{source} to {target}, strength {strength}"] = got
    return report


def _rest(scene: Scene) -> tuple:
    return scene.time, scene.ground, scene.mountains, scene.columns, scene.seed


def _psnr(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.mean([peak_signal_noise_ratio(y, x) for x, y in zip(a, b)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prompts", type=int, default=300)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--guidance", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=4242)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--four-steps", type=int, default=60, help="prompts drawn again with 4 steps")
    parser.add_argument("--redrawn", type=int, default=40, help="scenes for image to image")
    parser.add_argument("--quick", action="store_true", help="text to image only, no card")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    model = Shipped(args.model, args.threads)
    judge = Judge()
    load_shipped(judge, args.judge)
    report, drawn = text_to_image(model, judge, args.prompts, args.steps, args.guidance, args.seed)
    contact_sheet(args.out / "sheet-held-out.png", drawn[:48])
    if args.quick:
        print(json.dumps(report, indent=1))
        return
    report["judge"] = hashlib.sha256(args.judge.read_bytes()).hexdigest()
    four = text_to_image(model, judge, args.four_steps, 4, args.guidance, args.seed)[0]
    report["four steps"] = {"prompts": args.four_steps, "scores": four["scores"]["all"]}
    report["image to image"] = {"scenes": args.redrawn, "scores": image_to_image(model, judge, args.redrawn, args.seed + 1)}
    report["prompts by hand"] = prompts_by_hand(model, FREE_PROMPTS)
    report["prompts that 0.2 misread"] = prompts_by_hand(model, MISREAD)
    report["onnx against torch"] = {name: float(f"{value:.2g}") for name, value in graph_differences(args.model).items()}
    (args.out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    front_page(model, args.out / "sheet.jpg")
    style_sheet(model, args.out / "sheet-styles.jpg")
    cv2.imwrite(str(args.out / "sheet-held-out.jpg"), cv2.imread(str(args.out / "sheet-held-out.png")), [cv2.IMWRITE_JPEG_QUALITY, 80])
    (args.out / "MODEL_CARD.md").write_text(card(report, args.model))
    print(json.dumps(report["scores"]["all"], indent=1))


if __name__ == "__main__":
    main()
