"""The 16 objects as polygons in a unit box: x and y in [-0.5, 0.5], y down, drawn in order."""

from __future__ import annotations

from functools import cache

import numpy as np

# A part is (points [n,2], paint); paint is a tone of the asked colour or a fixed colour.
Part = tuple[np.ndarray, object]
MAIN, LIGHT, DARK = "main", "light", "dark"
BROWN, GLASS, INK, CREAM = (116, 78, 48), (190, 226, 246), (52, 46, 56), (248, 236, 210)
YELLOW, LEAF, FLAME = (252, 220, 96), (70, 140, 66), (250, 150, 40)


def poly(*xy: float) -> np.ndarray:
    return np.array(xy, dtype=np.float64).reshape(-1, 2)


def box(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return poly(x0, y0, x1, y0, x1, y1, x0, y1)


def oval(cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, start: float = 0.0, stop: float = 360.0) -> np.ndarray:
    angle = np.radians(np.linspace(start, stop, 33))
    x, y = rx * np.cos(angle), ry * np.sin(angle)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    return np.stack([cx + c * x - s * y, cy + s * x + c * y], axis=1)


def star(cx: float, cy: float, outer: float, inner: float, points: int = 5) -> np.ndarray:
    angle = np.radians(-90 + np.arange(2 * points) * 180 / points)
    radius = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.stack([cx + radius * np.cos(angle), cy + radius * np.sin(angle)], axis=1)


def heart() -> np.ndarray:
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = 16 * np.sin(t) ** 3
    y = -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t))
    return np.stack([x / 34, (y - 2.5) / 31], axis=1)


@cache
def parts_of(name: str) -> tuple[Part, ...]:
    """The parts of an object, back to front."""
    return tuple(_PARTS[name]())


def _house() -> list[Part]:
    return [
        (box(0.16, -0.44, 0.28, -0.1), BROWN), (box(-0.38, -0.08, 0.38, 0.5), MAIN),
        (poly(-0.5, -0.06, 0, -0.5, 0.5, -0.06), DARK), (box(-0.08, 0.18, 0.12, 0.5), BROWN),
        (box(-0.3, 0.06, -0.14, 0.24), YELLOW), (box(0.18, 0.06, 0.32, 0.24), YELLOW),
    ]  # fmt: skip


def _tree() -> list[Part]:
    return [
        (poly(-0.08, 0.05, 0.08, 0.05, 0.12, 0.5, -0.12, 0.5), BROWN), (oval(-0.22, -0.02, 0.26, 0.22), MAIN),
        (oval(0.22, -0.02, 0.26, 0.22), MAIN), (oval(0, -0.22, 0.32, 0.28), MAIN), (oval(-0.08, -0.3, 0.13, 0.1), LIGHT),
    ]  # fmt: skip


def _pine() -> list[Part]:
    return [
        (box(-0.07, 0.3, 0.07, 0.5), BROWN), (poly(-0.42, 0.36, 0, -0.1, 0.42, 0.36), MAIN),
        (poly(-0.34, 0.1, 0, -0.3, 0.34, 0.1), LIGHT), (poly(-0.25, -0.14, 0, -0.5, 0.25, -0.14), MAIN),
    ]  # fmt: skip


def _boat() -> list[Part]:
    return [
        (box(-0.03, -0.48, 0.03, 0.24), BROWN), (poly(0.06, -0.46, 0.06, 0.14, 0.44, 0.14), CREAM),
        (poly(-0.06, -0.36, -0.06, 0.14, -0.36, 0.14), LIGHT), (poly(-0.5, 0.2, 0.5, 0.2, 0.32, 0.5, -0.32, 0.5), MAIN),
        (poly(-0.46, 0.27, 0.46, 0.27, 0.43, 0.33, -0.43, 0.33), CREAM),
    ]  # fmt: skip


def _balloon() -> list[Part]:
    return [
        (poly(-0.22, 0.1, 0.22, 0.1, 0.09, 0.36, -0.09, 0.36), DARK), (oval(0, -0.13, 0.37, 0.37), MAIN),
        (oval(0, -0.13, 0.17, 0.37), LIGHT), (box(-0.11, 0.34, 0.11, 0.5), BROWN),
    ]  # fmt: skip


def _flower() -> list[Part]:
    petals = [(oval(0.23 * np.cos(a), -0.2 + 0.23 * np.sin(a), 0.16, 0.16), MAIN) for a in np.arange(6) * np.pi / 3]
    stem: list[Part] = [(box(-0.04, 0, 0.04, 0.5), LEAF), (oval(0.17, 0.32, 0.17, 0.07, -30), LEAF)]
    return stem + petals + [(oval(0, -0.2, 0.14, 0.14), YELLOW)]


def _fish() -> list[Part]:
    return [
        (poly(0.2, 0, 0.5, -0.26, 0.44, 0, 0.5, 0.26), DARK), (poly(-0.1, -0.2, 0.16, -0.42, 0.18, -0.12), DARK),
        (oval(-0.1, 0, 0.4, 0.27), MAIN), (oval(-0.02, 0.06, 0.13, 0.07, 20), LIGHT), (oval(-0.3, -0.07, 0.08, 0.08), CREAM),
        (oval(-0.32, -0.07, 0.04, 0.04), INK),
    ]  # fmt: skip


def _star() -> list[Part]:
    return [(star(0, 0.03, 0.52, 0.22), MAIN), (star(0, 0.03, 0.24, 0.11), LIGHT)]


def _heart() -> list[Part]:
    return [(heart(), MAIN), (oval(-0.22, -0.2, 0.12, 0.08, -40), LIGHT)]


def _car() -> list[Part]:
    return [
        (poly(-0.3, 0.06, -0.2, -0.22, 0.18, -0.22, 0.32, 0.06), DARK), (poly(-0.23, 0.05, -0.16, -0.15, -0.02, -0.15, -0.02, 0.05), GLASS),
        (poly(0.03, 0.05, 0.03, -0.15, 0.15, -0.15, 0.24, 0.05), GLASS), (poly(-0.5, 0.08, -0.44, 0.03, 0.4, 0.03, 0.5, 0.12, 0.5, 0.34, -0.5, 0.34), MAIN),
        (oval(-0.27, 0.35, 0.15, 0.15), INK), (oval(0.27, 0.35, 0.15, 0.15), INK), (oval(-0.27, 0.35, 0.06, 0.06), CREAM),
        (oval(0.27, 0.35, 0.06, 0.06), CREAM), (oval(0.45, 0.16, 0.04, 0.05), YELLOW),
    ]  # fmt: skip


def _cat() -> list[Part]:
    return [
        (oval(0.32, 0.22, 0.1, 0.28, 25), DARK), (oval(0, 0.26, 0.28, 0.25), MAIN), (poly(-0.32, -0.14, -0.3, -0.5, -0.06, -0.34), MAIN),
        (poly(0.32, -0.14, 0.3, -0.5, 0.06, -0.34), MAIN), (oval(0, -0.12, 0.34, 0.27), MAIN), (oval(0, 0.32, 0.13, 0.17), LIGHT),
        (oval(-0.14, -0.14, 0.06, 0.08), YELLOW), (oval(0.14, -0.14, 0.06, 0.08), YELLOW), (oval(-0.14, -0.13, 0.025, 0.06), INK),
        (oval(0.14, -0.13, 0.025, 0.06), INK), (poly(-0.05, 0.0, 0.05, 0.0, 0, 0.06), (240, 140, 150)),
    ]  # fmt: skip


def _mushroom() -> list[Part]:
    return [
        (poly(-0.13, -0.02, 0.13, -0.02, 0.19, 0.5, -0.19, 0.5), CREAM), (oval(0, 0.0, 0.48, 0.46, 0, 180, 360), MAIN),
        (oval(-0.22, -0.13, 0.09, 0.08), CREAM), (oval(0.05, -0.27, 0.1, 0.09), CREAM), (oval(0.27, -0.1, 0.07, 0.06), CREAM),
    ]  # fmt: skip


def _bird() -> list[Part]:
    return [
        (poly(0.22, 0.06, 0.5, -0.02, 0.48, 0.22), DARK), (poly(-0.38, -0.1, -0.5, -0.02, -0.36, 0.04), FLAME), (oval(0, 0.08, 0.3, 0.22), MAIN),
        (oval(-0.24, -0.06, 0.18, 0.17), MAIN), (poly(-0.1, 0.06, 0.3, -0.44, 0.24, 0.12), DARK), (oval(-0.28, -0.09, 0.04, 0.04), INK),
    ]  # fmt: skip


def _rocket() -> list[Part]:
    return [
        (poly(-0.1, 0.3, 0.1, 0.3, 0, 0.5), FLAME), (poly(-0.17, 0.02, -0.34, 0.34, -0.15, 0.3), DARK), (poly(0.17, 0.02, 0.34, 0.34, 0.15, 0.3), DARK),
        (poly(0, -0.5, 0.12, -0.34, 0.19, -0.1, 0.19, 0.14, 0.13, 0.34, -0.13, 0.34, -0.19, 0.14, -0.19, -0.1, -0.12, -0.34), MAIN),
        (poly(0, -0.5, 0.12, -0.34, 0.15, -0.24, -0.15, -0.24, -0.12, -0.34), CREAM), (oval(0, -0.05, 0.09, 0.09), GLASS),
    ]  # fmt: skip


def _umbrella() -> list[Part]:
    return [
        (box(-0.025, -0.1, 0.025, 0.42), BROWN), (oval(-0.06, 0.4, 0.085, 0.09, 0, 0, 180), BROWN), (oval(0, 0.02, 0.5, 0.48, 0, 180, 360), MAIN),
        (oval(0, 0.02, 0.2, 0.48, 0, 180, 360), LIGHT), (poly(-0.02, -0.44, 0.02, -0.44, 0.015, -0.5, -0.015, -0.5), BROWN),
    ]  # fmt: skip


def _butterfly() -> list[Part]:
    return [
        (oval(-0.24, -0.16, 0.26, 0.22, 25), MAIN), (oval(0.24, -0.16, 0.26, 0.22, -25), MAIN), (oval(-0.19, 0.22, 0.19, 0.19, -25), DARK),
        (oval(0.19, 0.22, 0.19, 0.19, 25), DARK), (oval(-0.26, -0.18, 0.1, 0.09), LIGHT), (oval(0.26, -0.18, 0.1, 0.09), LIGHT), (oval(0, 0.02, 0.05, 0.34), INK),
    ]  # fmt: skip


_PARTS = {
    "house": _house, "tree": _tree, "pine": _pine, "boat": _boat, "balloon": _balloon, "flower": _flower, "fish": _fish, "star": _star,
    "heart": _heart, "car": _car, "cat": _cat, "mushroom": _mushroom, "bird": _bird, "rocket": _rocket, "umbrella": _umbrella, "butterfly": _butterfly,
}  # fmt: skip
