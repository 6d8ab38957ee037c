"""Skies and grounds: uint8 RGB [256,256,3]. Layouts are fixed; only a few pixels of jitter vary."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from .domain import GROUNDS, PICTURE, TIMES

HORIZON = 160
VARIANTS = 6
_SKY = {
    "day": ((72, 152, 236), (206, 234, 250)),
    "sunset": ((92, 62, 130), (255, 170, 86)),
    "night": ((10, 16, 50), (48, 64, 118)),
    "storm": ((58, 64, 78), (136, 144, 156)),
}
_GROUND = {
    "sea": ((44, 128, 184), (24, 84, 146)),
    "desert": ((238, 206, 140), (214, 168, 98)),
    "meadow": ((136, 200, 92), (76, 152, 62)),
    "snow": ((250, 252, 255), (206, 222, 240)),
    "city": ((132, 134, 142), (92, 94, 104)),
}
# Multiplied into the ground; objects get a milder version so that their colours stay readable.
TINT = {"day": (1.0, 1.0, 1.0), "sunset": (1.0, 0.78, 0.66), "night": (0.36, 0.42, 0.62), "storm": (0.62, 0.66, 0.72)}


def _gradient(top: tuple, bottom: tuple, height: int, tint: tuple = (1, 1, 1)) -> np.ndarray:
    ramp = np.linspace(0, 1, height)[:, None, None]
    row = (np.array(top) * (1 - ramp) + np.array(bottom) * ramp) * np.array(tint)
    return np.repeat(row.clip(0, 255), PICTURE, axis=1).astype(np.uint8)


def _fill(img: np.ndarray, points: np.ndarray, colour: tuple, tint: tuple = (1, 1, 1)) -> None:
    paint = tuple(float(min(255, c * t)) for c, t in zip(colour, tint))
    cv2.fillPoly(img, [np.round(points * 16).astype(np.int32)], paint, cv2.LINE_AA, 4)


def _disc(img: np.ndarray, x: float, y: float, rx: float, ry: float, colour: tuple, tint: tuple = (1, 1, 1)) -> None:
    a = np.linspace(0, 2 * np.pi, 40)
    _fill(img, np.stack([x + rx * np.cos(a), y + ry * np.sin(a)], 1), colour, tint)


def _cloud(img: np.ndarray, x: float, y: float, scale: float, colour: tuple) -> None:
    for dx, dy, r in ((-22, 4, 11), (-8, -4, 15), (10, -2, 13), (24, 4, 10)):
        _disc(img, x + dx * scale, y + dy * scale, r * scale, r * scale * 0.8, colour)


def _sky(img: np.ndarray, time: str, jitter: np.ndarray) -> None:
    img[:HORIZON] = _gradient(*_SKY[time], HORIZON)
    if time == "day":
        _disc(img, 222, 30, 17, 17, (255, 240, 150))
        _cloud(img, 66 + jitter[0], 28, 0.9, (250, 252, 255))
        _cloud(img, 150 + jitter[1], 44, 0.7, (240, 247, 253))
    elif time == "sunset":
        _disc(img, 128, 146, 34, 34, (255, 226, 130))
        _cloud(img, 50 + jitter[0], 42, 0.8, (214, 120, 120))
        _cloud(img, 206 + jitter[1], 30, 0.9, (176, 98, 126))
    elif time == "night":
        for x, y in ((20, 20), (62, 50), (92, 16), (104, 84), (148, 30), (180, 64), (240, 22), (236, 96), (16, 104), (160, 118)):
            _disc(img, x + jitter[0] / 3, y, 2.2, 2.2, (255, 250, 220))
        _disc(img, 212, 34, 18, 18, (252, 246, 214))
        _disc(img, 204, 30, 15, 15, (20, 28, 66))
    else:
        for x, y, s in ((30, 22, 1.3), (96, 14, 1.5), (168, 20, 1.4), (232, 16, 1.3)):
            _cloud(img, x + jitter[0] / 2, y, s, (74, 80, 94))
        bolt = np.array([(92, 34), (80, 70), (92, 68), (82, 106), (110, 60), (98, 62), (106, 34)], float)
        _fill(img, bolt, (255, 246, 170))


def _mountains(img: np.ndarray, tint: tuple, jitter: np.ndarray) -> None:
    for x, top, half, grey in ((70 + jitter[2], 84, 74, (122, 128, 150)), (176 + jitter[2], 98, 70, (104, 112, 138))):
        _fill(img, np.array([(x - half, HORIZON), (x, top), (x + half, HORIZON)], float), grey, tint)
        cap = half * 0.3
        cap_y = top + (HORIZON - top) * 0.3
        _fill(img, np.array([(x - cap, cap_y), (x, top), (x + cap, cap_y), (x + cap * 0.3, cap_y - 6), (x - cap * 0.3, cap_y + 4)], float), (244, 248, 252), tint)


def _skyline(img: np.ndarray, time: str, tint: tuple) -> None:
    window = (255, 226, 130) if time in ("night", "sunset") else (176, 200, 220)
    lit = (1, 1, 1) if time in ("night", "sunset") else tint
    for i, (x, top, width) in enumerate(((0, 116, 28), (32, 92, 32), (68, 124, 24), (96, 104, 28), (128, 128, 20), (152, 96, 32), (188, 118, 28), (220, 88, 36))):
        shade = (106, 112, 130) if i % 2 else (126, 130, 146)
        _fill(img, np.array([(x, top), (x + width, top), (x + width, HORIZON), (x, HORIZON)], float), shade, tint)
        for wy in range(top + 8, HORIZON - 8, 16):
            for wx in range(x + 6, x + width - 6, 12):
                _fill(img, np.array([(wx, wy), (wx + 5, wy), (wx + 5, wy + 7), (wx, wy + 7)], float), window, lit)


def _ground(img: np.ndarray, ground: str, time: str, jitter: np.ndarray) -> None:
    tint = TINT[time]
    img[HORIZON:] = _gradient(*_GROUND[ground], PICTURE - HORIZON, tint)
    x = np.linspace(-8, 264, 35)
    if ground == "sea":
        for row, y in enumerate((172, 188, 206, 228, 248)):
            wave = y + 2.5 * np.sin(x / 14 + row * 1.7 + jitter[0] / 4)
            band = np.concatenate([np.stack([x, wave], 1), np.stack([x, wave + 3.5], 1)[::-1]])
            _fill(img, band, (116, 186, 222), tint)
        if time == "sunset":
            _fill(img, np.array([(104, 160), (152, 160), (140, 200), (116, 200)], float), (255, 206, 120))
    elif ground == "desert":
        for y, high, phase, colour in ((172, 12, 0.4, (230, 192, 122)), (206, 14, 2.6, (222, 180, 108)), (240, 10, 4.4, (208, 160, 90))):
            crest = y - high * np.sin(x / 46 + phase + jitter[0] / 20)
            _fill(img, np.concatenate([np.stack([x, crest], 1), [[264, 264], [-8, 264]]]), colour, tint)
    elif ground == "meadow":
        crest = 178 - 10 * np.sin(x / 40 + 0.6 + jitter[0] / 20)
        _fill(img, np.concatenate([np.stack([x, crest], 1), [[264, 264], [-8, 264]]]), (104, 180, 76), tint)
        for i, (tx, ty) in enumerate(((16, 196), (92, 190), (164, 196), (238, 192), (92, 240), (164, 244), (24, 246), (236, 246))):
            for dx in (-5, 0, 5):
                _fill(img, np.array([(tx + dx - 2, ty), (tx + dx * 1.5, ty - 9), (tx + dx + 2, ty)], float), (56, 124, 48), tint)
            if i % 2:
                _disc(img, tx + 10, ty - 3, 3, 3, (252, 240, 160), tint)
    elif ground == "snow":
        for y, high, phase, colour in ((176, 9, 1.0, (238, 244, 252)), (214, 10, 3.4, (224, 234, 247))):
            crest = y - high * np.sin(x / 44 + phase + jitter[0] / 20)
            _fill(img, np.concatenate([np.stack([x, crest], 1), [[264, 264], [-8, 264]]]), colour, tint)
    else:
        _fill(img, np.array([(0, 176), (256, 176), (256, 256), (0, 256)], float), (78, 80, 90), tint)
        _fill(img, np.array([(0, 160), (256, 160), (256, 178), (0, 178)], float), (168, 168, 172), tint)
        for dash in (8, 72, 136, 200):
            _fill(img, np.array([(dash, 228), (dash + 40, 228), (dash + 40, 234), (dash, 234)], float), (240, 226, 150), tint)


def _rain(img: np.ndarray) -> None:
    layer = img.copy()
    for i, y in enumerate(range(36, 256, 32)):
        for x in range(16 + 16 * (i % 2), 272, 32):
            _fill(layer, np.array([(x, y), (x - 5, y + 16), (x - 3.5, y + 16), (x + 1.5, y)], float), (206, 216, 230))
    cv2.addWeighted(layer, 0.65, img, 0.35, 0, img)


@lru_cache(maxsize=4 * 5 * 2 * VARIANTS)
def backdrop(time: int, ground: int, mountains: bool, variant: int) -> np.ndarray:
    """Sky and ground without objects; cached, do not write into it."""
    jitter = np.random.default_rng(variant).uniform(-6, 6, size=3)
    img = np.zeros((PICTURE, PICTURE, 3), np.uint8)
    name, place = TIMES[time], GROUNDS[ground]
    _sky(img, name, jitter)
    if mountains:
        _mountains(img, TINT[name], jitter)
    if place == "city":
        _skyline(img, name, TINT[name])
    _ground(img, place, name, jitter)
    if name == "storm":
        _rain(img)
    return img
