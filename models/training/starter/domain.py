"""The world of the starter model: what a scene is, how scenes are drawn at random, and which are never trained on.

A scene has three columns (left, middle, right); each holds at most one object. Low conditional entropy is
the design rule: what the caption does not say is either fixed or varies little, so that a small model learns it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

STYLES = ("anime", "watercolor", "oil", "pixel", "sketch", "photo")
TIMES = ("day", "sunset", "night", "storm")
GROUNDS = ("sea", "desert", "meadow", "snow", "city")
OBJECTS = (
    "house", "tree", "pine", "boat", "balloon", "flower", "fish", "star",
    "heart", "car", "cat", "mushroom", "bird", "rocket", "umbrella", "butterfly",
)  # fmt: skip
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white")
SIZES = ("small", "medium", "large")
COLUMNS = ("left", "middle", "right")

COLUMN_X = (56, 128, 200)
SIZE_PX = (52, 76, 104)
SKY_OBJECTS = frozenset(OBJECTS.index(name) for name in ("balloon", "star", "heart", "bird", "rocket", "butterfly"))
SKY_Y = 74
GROUND_Y = 218
PICTURE = 256

RGB = (
    (214, 40, 44), (242, 130, 32), (248, 212, 48), (52, 160, 72), (44, 100, 214),
    (130, 62, 178), (246, 138, 186), (132, 84, 48), (44, 42, 50), (246, 246, 244),
)  # fmt: skip

# Colours that an object has when nobody asked for one; only these are ever left out of a caption.
NATURAL = {
    "house": "red brown white", "tree": "green orange pink", "pine": "green blue white", "boat": "red blue white",
    "balloon": "red yellow purple", "flower": "red pink yellow", "fish": "orange blue yellow", "star": "yellow white orange",
    "heart": "red pink purple", "car": "red blue yellow", "cat": "orange black white", "mushroom": "red brown orange",
    "bird": "blue yellow red", "rocket": "red white blue", "umbrella": "red purple blue", "butterfly": "orange blue purple",
}  # fmt: skip
NATURAL_COLOURS = tuple(frozenset(COLOURS.index(c) for c in NATURAL[o].split()) for o in OBJECTS)


@dataclass(frozen=True)
class Thing:
    """One object: indices into OBJECTS, COLOURS and SIZES."""

    kind: int
    colour: int
    size: int


@dataclass(frozen=True)
class Scene:
    """Everything that decides a picture; `seed` decides the small jitter that no caption mentions."""

    style: int
    time: int
    ground: int
    mountains: bool
    columns: tuple[Thing | None, Thing | None, Thing | None]
    seed: int

    @property
    def things(self) -> list[Thing]:
        return [thing for thing in self.columns if thing is not None]


def pair_is_held_out(kind: int, colour: int) -> bool:
    """(object, colour) pairs that are never trained on: 9 of 160."""
    return (7 * kind + 3 * colour) % 17 == 0


def backdrop_is_held_out(style: int, time: int, ground: int) -> bool:
    """(style, time, ground) triples that are never trained on: 11 of 120."""
    return (5 * style + 3 * time + 7 * ground) % 13 == 0


def is_held_out(scene: Scene) -> bool:
    return backdrop_is_held_out(scene.style, scene.time, scene.ground) or any(
        pair_is_held_out(thing.kind, thing.colour) for thing in scene.things
    )


def default_columns(count: int) -> tuple[int, ...]:
    """Where `count` objects stand when the caption does not say: middle; left and right; all three."""
    return ((), (1,), (0, 2), (0, 1, 2))[count]


def default_size(count: int) -> int:
    """The size of an object whose size is not said: large when alone, else medium."""
    return 2 if count == 1 else 1


def draw_scene(rng: np.random.Generator) -> Scene:
    """One random scene; held-out ones are not excluded here."""
    count = int(rng.choice(4, p=(0.06, 0.40, 0.36, 0.18)))
    if rng.random() < 0.6:
        places = default_columns(count)
    else:
        places = tuple(sorted(rng.choice(3, size=count, replace=False).tolist()))
    copies = count > 1 and rng.random() < 0.25
    columns: list[Thing | None] = [None, None, None]
    thing = None
    for place in places:
        if thing is None or not copies:
            size = default_size(count) if rng.random() < 0.5 else int(rng.integers(3))
            thing = Thing(int(rng.integers(len(OBJECTS))), int(rng.integers(len(COLOURS))), size)
        columns[place] = thing
    return Scene(
        style=int(rng.integers(len(STYLES))),
        time=int(rng.integers(len(TIMES))),
        ground=int(rng.integers(len(GROUNDS))),
        mountains=bool(rng.random() < 0.22),
        columns=(columns[0], columns[1], columns[2]),
        seed=int(rng.integers(1 << 31)),
    )


def draw_scenes(count: int, seed: int, held_out: bool | None) -> list[Scene]:
    """`count` scenes that are all held out, or all not; None asks for both, as they come."""
    rng = np.random.default_rng(seed)
    scenes: list[Scene] = []
    while len(scenes) < count:
        scene = draw_scene(rng)
        if held_out is None or is_held_out(scene) == held_out:
            scenes.append(scene)
    return scenes


def family_of(scene: Scene, count: int) -> list[Scene]:
    """`count` scenes that differ from `scene` in style and time of day only: every style at its own time first, then
    other times. None is held out as long as the scene's own things are not."""
    rng = np.random.default_rng(scene.seed)
    own = [(style, scene.time) for style in range(len(STYLES))]
    others = [(style, time) for style in range(len(STYLES)) for time in range(len(TIMES)) if time != scene.time]
    looks = own + [others[i] for i in rng.permutation(len(others))]
    allowed = [look for look in looks if not backdrop_is_held_out(*look, scene.ground)]
    return [replace(scene, style=style, time=time) for style, time in allowed[:count]]


def scene_to_row(scene: Scene) -> np.ndarray:
    """int16 [14]: style, time, ground, mountains, 3 x (kind, colour, size; -1 = empty), low seed bits."""
    row = [scene.style, scene.time, scene.ground, int(scene.mountains)]
    for thing in scene.columns:
        row += [-1, -1, -1] if thing is None else [thing.kind, thing.colour, thing.size]
    return np.array(row + [scene.seed & 0x7FFF], dtype=np.int16)
