"""Random captions with what they ask for, as the 13 slots of condition.SLOT_VALUES. Text only: no pictures needed.

The rules that turn mentions into columns are `arrange`; the text encoder learns them from examples.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .condition import NOTHING
from .domain import COLOURS, COLUMNS, GROUNDS, OBJECTS, SIZES, STYLES, TIMES, Scene, default_columns, default_size
from .other_words import BEFORE_PLACE, BEFORE_TIME, COLLISIONS, DEEDS, FILLER_WORDS, FRAMES, JOIN_WORDS, PRAISE, RELATION_WORDS, STRANGERS, TAGS
from .words import COLOUR_WORDS, COLUMN_WORDS, COUNT_WORDS, GROUND_WORDS, MOUNTAIN_WORDS, OBJECT_WORDS, SIZE_WORDS, STYLE_WORDS, TIME_WORDS

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Mention:
    """One noun phrase: indices, None = not said. `count` copies of it."""

    kind: int
    colour: int | None = None
    size: int | None = None
    column: int | None = None
    count: int = 1


@dataclass
class Request:
    """What a caption says, and by slot the phrases that it has to use for it."""

    style: int | None = None
    time: int | None = None
    ground: int | None = None
    mountains: bool = False
    mentions: list[Mention] = field(default_factory=list)
    phrases: dict[str, str] = field(default_factory=dict)


def arrange(mentions: list[Mention]) -> list[Mention | None]:
    """Three columns. A said place wins if free; the others take the usual places in the order of mention."""
    things = [m for m in mentions for _ in range(m.count)][:3]
    columns: list[Mention | None] = [None, None, None]
    rest = []
    for thing in things:
        if thing.column is not None and columns[thing.column] is None:
            columns[thing.column] = thing
        else:
            rest.append(thing)
    order = [*default_columns(len(things)), 0, 1, 2]
    for thing in rest:
        columns[next(c for c in order if columns[c] is None)] = thing
    return columns


def slots_of(request: Request) -> np.ndarray:
    """int64 [13]. With neither ground nor object said, mountains and columns stay open; else unsaid means absent."""
    opened = request.ground is None and not request.mentions
    slots = [0 if v is None else v + 1 for v in (request.style, request.time, request.ground)]
    slots.append(2 if request.mountains else 0 if opened else 1)
    columns = arrange(request.mentions)
    usual = default_size(sum(c is not None for c in columns))
    for thing in columns:
        if thing is None:
            slots += [0 if opened else NOTHING, 0, 0]
        else:
            size = usual if thing.size is None else thing.size
            slots += [thing.kind + 1, 0 if thing.colour is None else thing.colour + 1, size + 1]
    return np.array(slots, dtype=np.int64)


def _pick(rng: np.random.Generator, items: list[str]) -> str:
    """The plain word in nearly half of the captions."""
    return items[0] if rng.random() < 0.4 else _any(rng, items)


def _any(rng: np.random.Generator, items: list[str]) -> str:
    return items[int(rng.integers(len(items)))]


def _letters(rng: np.random.Generator) -> str:
    return "".join(LETTERS[i] for i in rng.integers(26, size=int(rng.integers(3, 9))))


def _noun(mention: Mention, lang: str, rng: np.random.Generator) -> tuple[str | None, str]:
    """(number word, noun). Two of a thing can also be the bare plural: "cats", "bunga-bunga"."""
    noun = _pick(rng, OBJECT_WORDS[lang][OBJECTS[mention.kind]])
    one, _, more = noun.partition("|")
    bare = mention.count == 2 and rng.random() < 0.2
    if lang == "id" and bare and " " not in one and "-" not in one:
        return None, f"{one}-{one}"
    if lang == "en" and bare and more != one:
        return None, more
    said = mention.count > 1 or rng.random() < (0.75 if lang == "en" else 0.4)
    number = _pick(rng, COUNT_WORDS[lang][mention.count]) if said else None
    return number, more if lang == "en" and mention.count > 1 else one


def _described(number: str | None, noun: str, colour: str | None, size: str | None, lang: str, rng: np.random.Generator) -> str:
    """Number, size, colour and noun in the language's order, now and then with praise and what the thing does."""
    praise = _any(rng, PRAISE[lang]) if rng.random() < 0.1 else None
    if lang == "en":
        if colour and rng.random() < 0.06:
            words = [number, size, noun, "in", colour]
        else:
            words = [number, praise, *([size, colour] if rng.random() < 0.9 else [colour, size]), noun]
        if number == "a" and str(next(w for w in words[1:] if w))[0] in "aeiou":
            words[0] = "an"
    else:
        if colour and rng.random() < 0.2:
            colour = f"berwarna {colour}" if rng.random() < 0.6 else f"warna {colour}"
        if size and rng.random() < 0.2:
            size = f"yang {size}"
        words = [number, noun, *([colour, size] if rng.random() < 0.65 else [size, colour]), praise]
    if rng.random() < 0.1:
        words.append(_any(rng, DEEDS[lang]))
    return " ".join(w for w in words if w)


def _at_column(phrase: str, column: int, lang: str, rng: np.random.Generator) -> str:
    place = _pick(rng, COLUMN_WORDS[lang][COLUMNS[column]])
    return f"{place} {phrase}" if rng.random() < 0.12 else f"{phrase} {place}"


def noun_phrase(mention: Mention, lang: str, rng: np.random.Generator) -> str:
    number, noun = _noun(mention, lang, rng)
    colour = None if mention.colour is None else _pick(rng, COLOUR_WORDS[lang][COLOURS[mention.colour]])
    size = None if mention.size is None else _pick(rng, SIZE_WORDS[lang][SIZES[mention.size]])
    phrase = _described(number, noun, colour, size, lang, rng)
    return phrase if mention.column is None else _at_column(phrase, mention.column, lang, rng)


def _stranger(lang: str, rng: np.random.Generator) -> str:
    """A thing that this world does not have, described like any other."""
    noun = _any(rng, STRANGERS[lang]) if rng.random() < 0.75 else _letters(rng)
    colour = _pick(rng, COLOUR_WORDS[lang][_any(rng, list(COLOURS))]) if rng.random() < 0.35 else None
    size = _pick(rng, SIZE_WORDS[lang][_any(rng, list(SIZES))]) if rng.random() < 0.2 else None
    number = _pick(rng, COUNT_WORDS[lang][1 if rng.random() < 0.85 else 2]) if rng.random() < 0.7 else None
    phrase = _described(number, noun, colour, size, lang, rng)
    return _at_column(phrase, int(rng.integers(3)), lang, rng) if rng.random() < 0.08 else phrase


def _place(request: Request, lang: str, rng: np.random.Generator) -> str | None:
    if request.ground is None:
        return None
    word = request.phrases.get("ground") or _pick(rng, GROUND_WORDS[lang][GROUNDS[request.ground]])
    if "ground" in request.phrases and rng.random() < 0.6:
        return word
    return f"{_any(rng, BEFORE_PLACE[lang])} {word}".strip()


def _moment(request: Request, lang: str, rng: np.random.Generator) -> str | None:
    if request.time is None:
        return None
    word = request.phrases.get("time") or _pick(rng, TIME_WORDS[lang][TIMES[request.time]])
    bare = word.startswith(("under", "di ")) or ("time" in request.phrases and rng.random() < 0.6)
    return word if bare else f"{_any(rng, BEFORE_TIME[lang])} {word}".strip()


def _style(request: Request, lang: str, rng: np.random.Generator) -> str | None:
    if request.style is None:
        return None
    word = _pick(rng, STYLE_WORDS[lang][STYLES[request.style]])
    if rng.random() < 0.6:
        return word
    forms = ["{} style", "in {} style", "in the style of {}", "a {} picture", "as {}"] if lang == "en" else ["gaya {}", "dengan gaya {}", "dalam gaya {}", "gambar {}", "bergaya {}"]
    return _any(rng, forms).format(word)


def _misspelt(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(len(text)))
    if text[at] not in LETTERS:
        return text
    how = rng.random()
    if how < 0.35:
        return text[:at] + text[at + 1 :]
    if how < 0.6:
        return text[:at] + text[at] + text[at:]
    return text[:at] + LETTERS[int(rng.integers(26))] + text[at + 1 :]


def write(request: Request, lang: str, rng: np.random.Generator) -> str:
    """One caption that says exactly what the request holds, with words around it that say nothing."""
    things = [noun_phrase(mention, lang, rng) for mention in request.mentions]
    if rng.random() < 0.12:
        things.insert(int(rng.integers(len(things) + 1)), _stranger(lang, rng))
    objects = "".join((_any(rng, JOIN_WORDS[lang] + RELATION_WORDS[lang]) if i else "") + thing for i, thing in enumerate(things))
    mountains = _pick(rng, MOUNTAIN_WORDS[lang]) if request.mountains else None
    if mountains and rng.random() < 0.5 and not mountains.startswith(("in ", "near ", "di ", "dekat ")):
        mountains = ("with " if lang == "en" else "dengan ") + mountains
    style, place, moment = _style(request, lang, rng), _place(request, lang, rng), _moment(request, lang, rng)
    orders = ((style, objects, place, moment, mountains), (objects, place, moment, mountains, style), (moment, place, objects, mountains, style), (style, moment, objects, place, mountains), (place, objects, moment, style, mountains), (objects, place, mountains, moment, style))
    pieces = [p for p in _any(rng, list(orders)) if p]
    if rng.random() < 0.16:
        pieces.insert(int(rng.integers(len(pieces) + 1)), _pick(rng, FILLER_WORDS[lang]))
    if rng.random() < 0.08:
        pieces.insert(int(rng.integers(len(pieces) + 1)), _letters(rng))
    if rng.random() < 0.1:
        pieces.insert(0, _any(rng, FRAMES[lang]))
    if rng.random() < 0.15:
        pieces += [_any(rng, TAGS[lang]) for _ in range(int(rng.integers(1, 4)))]
    glue = ", " if rng.random() < 0.5 else " "
    text = "".join(piece + (glue if rng.random() < 0.7 else " ") for piece in pieces).strip(" ,")
    if style and text.startswith(style) and objects and rng.random() < 0.4:
        text = text.replace(style + ",", style).replace(style, f"{style} of" if lang == "en" else style, 1)
    if rng.random() < 0.3:
        text = text.replace(",", "")
    if text and rng.random() < 0.04:
        text = _misspelt(text, rng)
    return text


def draw_request(rng: np.random.Generator) -> Request:
    """A random request; what is left unsaid varies."""
    drop = rng.uniform(0.03, 0.4)
    said = lambda n: None if rng.random() < drop else int(rng.integers(n))  # noqa: E731
    request = Request(said(len(STYLES)), said(len(TIMES)), said(len(GROUNDS)), bool(rng.random() < 0.22))
    left = int(rng.choice(4, p=(0.08, 0.37, 0.35, 0.20)))
    placed = rng.random() < 0.5
    while left > 0:
        count = int(rng.integers(2, left + 1)) if left > 1 and rng.random() < 0.3 else 1
        column = int(rng.integers(3)) if count == 1 and placed and rng.random() < 0.85 else None
        taken = [m.column for m in request.mentions]
        mention = Mention(int(rng.integers(len(OBJECTS))), said(len(COLOURS)), None, None if column in taken else column, count)
        if rng.random() < 0.45:
            mention.size = int(rng.integers(len(SIZES)))
        request.mentions.append(mention)
        left -= count
    return request


def request_of_scene(scene: Scene) -> Request:
    """Everything about a scene, for full captions of held-out pictures. Sizes are said; places where not usual."""
    where = [c for c, thing in enumerate(scene.columns) if thing is not None]
    things = [scene.columns[c] for c in where]
    request = Request(scene.style, scene.time, scene.ground, scene.mountains)
    usual = tuple(where) == default_columns(len(where))
    if usual and len(things) > 1 and all(thing == things[0] for thing in things):
        first = things[0]
        request.mentions = [Mention(first.kind, first.colour, first.size, None, len(things))]
    else:
        request.mentions = [Mention(t.kind, t.colour, t.size, None if usual else c) for t, c in zip(things, where)]
    return request


def draw_caption(rng: np.random.Generator) -> tuple[str, np.ndarray]:
    """(caption, slots). 6 % are empty or hold no known word: nothing is asked."""
    lang = "en" if rng.random() < 0.55 else "id"
    if rng.random() < 0.06:
        empty = [*FILLER_WORDS[lang], *TAGS[lang], _stranger(lang, rng), _letters(rng)]
        return " ".join(_any(rng, empty) for _ in range(int(rng.integers(0, 4)))), slots_of(Request())
    request = draw_request(rng)
    if request.mentions and rng.random() < 0.12:
        _collide(request, lang, rng)
    return write(request, lang, rng), slots_of(request)


def _collide(request: Request, lang: str, rng: np.random.Generator) -> None:
    """Makes the caption hold a place or time whose words could be taken for part of a thing, or the other way round. By chance
    "bunga merah, taman" comes once in thousands of captions, too rarely to tell a flower in a garden from the garden."""
    thing, slot, value, phrase = COLLISIONS[lang][int(rng.integers(len(COLLISIONS[lang])))]
    if thing:
        request.mentions[int(rng.integers(len(request.mentions)))].kind = OBJECTS.index(thing)
    setattr(request, slot, (GROUNDS if slot == "ground" else TIMES).index(value))
    request.phrases[slot] = phrase
