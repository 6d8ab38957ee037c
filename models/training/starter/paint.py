"""Draws a scene: backdrop, objects with light and shade, then the style over the whole picture."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from .backdrop import TINT, VARIANTS, backdrop
from .domain import COLUMN_X, GROUND_Y, OBJECTS, PICTURE, RGB, SIZE_PX, SKY_OBJECTS, SKY_Y, STYLES, TIMES, Scene
from .shapes import DARK, INK, LIGHT, MAIN, parts_of

OUTLINED = frozenset(("anime", "sketch"))


def place_of(kind: int, size: int, column: int) -> tuple[float, float]:
    """Centre in pixels of an object before jitter."""
    px = SIZE_PX[size]
    return COLUMN_X[column], SKY_Y if kind in SKY_OBJECTS else GROUND_Y - px / 2


def tone(paint: object, colour: int) -> tuple[float, float, float]:
    base = np.array(RGB[colour], float)
    if paint == MAIN:
        return tuple(base)
    if paint == LIGHT:
        return tuple(base + (255 - base) * 0.35)
    if paint == DARK:
        return tuple(base * 0.68 if base.sum() > 150 else base + 34)
    return tuple(float(c) for c in paint)


def _draw_thing(img: np.ndarray, covered: np.ndarray, kind: int, colour: int, size: int, x: float, y: float, style: str, tint: np.ndarray) -> None:
    """Draws into img (uint8) and marks `covered` (uint8 [256,256], 255 = object)."""
    px = SIZE_PX[size]
    half = px // 2 + 10
    x0, x1 = max(0, int(x) - half), min(PICTURE, int(x) + half)
    y0, y1 = max(0, int(y) - half), min(PICTURE, int(y) + half)
    roi, mask = img[y0:y1, x0:x1].copy(), np.zeros((y1 - y0, x1 - x0), np.uint8)
    if style == "photo" and kind not in SKY_OBJECTS:
        shadow = np.zeros_like(mask)
        cv2.ellipse(shadow, (int(x - x0 + 4), int(y - y0 + px / 2)), (int(px * 0.46), 6), 0, 0, 360, 255, -1, cv2.LINE_AA)
        roi = (roi * (1 - cv2.GaussianBlur(shadow, (0, 0), 3)[..., None] / 255 * 0.45)).astype(np.uint8)
    line = 1 if style == "sketch" else 3 if size == 2 else 2
    for points, paint in parts_of(OBJECTS[kind]):
        where = [np.round((points * px + (x - x0, y - y0)) * 16).astype(np.int32)]
        rgb = tuple(np.minimum(255, np.array(tone(paint, colour)) * tint).tolist())
        cv2.fillPoly(roi, where, rgb, cv2.LINE_AA, 4)
        cv2.fillPoly(mask, where, 255, cv2.LINE_AA, 4)
        if style in OUTLINED:
            cv2.polylines(roi, where, True, INK if colour != 8 else (18, 16, 22), line, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), px * 0.09).astype(np.float32) / 255
    step = max(2, px // 14)
    light = np.roll(soft, (-step, -step), (0, 1)) - np.roll(soft, (step, step), (0, 1))
    if style == "anime":
        gain = np.where(light < -0.22, 0.74, np.where(light > 0.5, 1.12, 1.0))
    elif style == "sketch":
        gain = np.where(light < -0.25, 0.86, 1.0)
    else:
        gain = 1 + (0.5 if style == "photo" else 0.32) * light
    a = (mask > 0)[..., None]
    img[y0:y1, x0:x1] = np.where(a, np.clip(roi * gain[..., None].astype(np.float32), 0, 255), roi).astype(np.uint8)
    np.maximum(covered[y0:y1, x0:x1], mask, out=covered[y0:y1, x0:x1])


@cache
def _texture(name: str) -> np.ndarray:
    """Fixed textures, the same for every picture, so that they cost the model no entropy."""
    rng = np.random.default_rng(7)
    if name == "pigment":
        noise = cv2.resize(rng.normal(size=(12, 12)).astype(np.float32), (PICTURE, PICTURE), interpolation=cv2.INTER_CUBIC)
        return 1 + 0.055 * noise[..., None]
    if name == "border":
        yy, xx = np.mgrid[0:PICTURE, 0:PICTURE].astype(np.float32)
        edge = np.minimum(np.minimum(xx, yy), np.minimum(PICTURE - 1 - xx, PICTURE - 1 - yy))
        wobble = cv2.resize(rng.normal(size=(16, 16)).astype(np.float32), (PICTURE, PICTURE), interpolation=cv2.INTER_CUBIC)
        return np.clip((edge - 9 - 2.2 * wobble) / 3.5, 0, 1)[..., None]
    if name == "strokes":
        noise = rng.normal(size=(PICTURE, PICTURE)).astype(np.float32)
        strokes = cv2.GaussianBlur(noise, (0, 0), sigmaX=9, sigmaY=2.2)
        turned = cv2.warpAffine(strokes, cv2.getRotationMatrix2D((128, 128), 24, 1.25), (PICTURE, PICTURE), borderMode=cv2.BORDER_REFLECT)
        return (turned / turned.std() * 8)[..., None]
    if name == "hatch":
        yy, xx = np.mgrid[0:PICTURE, 0:PICTURE]
        return (0.5 + 0.5 * np.cos((xx + yy) * 2 * np.pi / 8)).astype(np.float32)[..., None]
    yy, xx = np.mgrid[-1 : 1 : PICTURE * 1j, -1 : 1 : PICTURE * 1j]
    return (1 - 0.22 * np.clip(xx**2 + yy**2 - 0.3, 0, 2))[..., None].astype(np.float32)


def _outline(img: np.ndarray) -> np.ndarray:
    """float [256,256,1] in 0..1: dark where the luminance has edges."""
    grey = cv2.GaussianBlur(cv2.cvtColor(img, cv2.COLOR_RGB2GRAY), (0, 0), 1.2)
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    return np.clip((cv2.magnitude(gx, gy) - 26) / 90, 0, 1)[..., None]


def _styled(img: np.ndarray, style: str) -> np.ndarray:
    if style == "anime":
        f = img.astype(np.float32)
        grey = f.mean(axis=2, keepdims=True)
        return grey + (f - grey) * 1.22 + 4
    if style == "watercolor":
        f = cv2.GaussianBlur(img, (0, 0), 1.6).astype(np.float32)
        f = 255 - (255 - f) * 0.80 * _texture("pigment")
        f -= _outline(img) * 26
        keep = _texture("border")
        return f * keep + np.array((250, 247, 240), np.float32) * (1 - keep)
    if style == "oil":
        f = cv2.medianBlur(img, 7).astype(np.float32)
        return (f - 128) * 1.06 + 128 + _texture("strokes")
    if style == "pixel":
        small = cv2.resize(img, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
        small = np.round(small / 255 * 7) / 7 * 255
        return cv2.resize(small, (PICTURE, PICTURE), interpolation=cv2.INTER_NEAREST)
    if style == "sketch":
        f = img.astype(np.float32)
        grey = f.mean(axis=2, keepdims=True)
        f = 255 - (255 - (grey + (f - grey) * 1.05)) * (0.66 + 0.10 * _texture("hatch"))
        return f * (1 - 0.42 * _outline(img)) * np.array((1.0, 0.99, 0.965), np.float32)
    return cv2.GaussianBlur(img, (0, 0), 0.8).astype(np.float32) * _texture("vignette")


def paint(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """The picture, uint8 RGB [256,256,3], and where its objects are, uint8 [256,256]."""
    rng = np.random.default_rng(scene.seed)
    style, time = STYLES[scene.style], TIMES[scene.time]
    img = backdrop(scene.time, scene.ground, scene.mountains, int(rng.integers(VARIANTS))).copy()
    if style == "photo":
        img = cv2.GaussianBlur(img, (0, 0), 1.3)
    covered = np.zeros((PICTURE, PICTURE), np.uint8)
    tint = 1 - (1 - np.array(TINT[time])) * 0.32
    for column, thing in enumerate(scene.columns):
        if thing is None:
            continue
        x, y = place_of(thing.kind, thing.size, column)
        dx, dy = rng.uniform(-4, 4, size=2)
        _draw_thing(img, covered, thing.kind, thing.colour, thing.size, x + dx, y + dy, style, tint)
    return np.clip(_styled(img, style), 0, 255).astype(np.uint8), covered
