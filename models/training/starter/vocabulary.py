"""vocabulary.json: every word and phrase of the grammar with its slot and meaning, for both languages.

The app reads it to tell which words of a prompt were not understood.
"""

from __future__ import annotations

from .domain import COLUMNS, SIZES
from .other_words import DEEDS, FILLER_WORDS, FRAMES, JOIN_WORDS, LOOKALIKES, PRAISE, RELATION_WORDS, STRANGER, STRANGERS, TAGS
from .words import COLOUR_WORDS, COLUMN_WORDS, COUNT_WORDS, GROUND_WORDS, MOUNTAIN_WORDS, OBJECT_WORDS, SIZE_WORDS, STYLE_WORDS, TIME_WORDS

EXAMPLES = {
    "en": ["anime, a red house on the left and a green tree on the right, meadow, day", "watercolor of a blue boat on the sea at sunset with mountains", "a big orange cat in the snow at night, realistic photo"],
    "id": ["cat air, perahu merah di laut saat senja", "dua balon udara kuning di atas padang rumput, siang, gaya anime", "seekor kucing hitam besar di kota, malam, seni piksel"],
}  # fmt: skip
# Words that only glue a caption together; known, but without a meaning of their own.
GLUE = {
    "en": "a an the of in on at to with and also next beside under over during style picture side background as by is are it its there some two three very sky landscape near through".split(),
    "id": "di ke dari dengan dan serta bersama samping atas saat pada waktu ketika gaya bergaya dalam warna berwarna yang sebuah seekor buah ekor sisi sebelah bagian kejauhan berukuran ada tepi pinggir langit suasana".split(),
}


def _plain(phrase: str) -> str:
    """As the tokenizer's normaliser leaves it."""
    return " ".join("".join(c if c.isascii() and c.isalnum() else " " for c in phrase.lower()).split())


def vocabulary() -> dict:
    """{languages: {en: {words: {phrase: {slot, value}}, fillers: [...], passed: [...], others: [...], stranger}}, examples}

    `passed` are words that the text encoder has read and learned to pass over, `others` are no misspellings of words that it knows,
    `stranger` stands for things that it has never read of: see [Note: What the model is told] in contract/known-words.ts.
    """
    languages = {}
    for lang in ("en", "id"):
        words: dict[str, dict] = {}

        def add(slot: str, value: str | int, phrases: list[str]) -> None:
            for phrase in phrases:
                for form in phrase.split("|"):
                    words.setdefault(_plain(form), {"slot": slot, "value": value})

        for slot, table in (("style", STYLE_WORDS), ("time", TIME_WORDS), ("ground", GROUND_WORDS), ("object", OBJECT_WORDS), ("colour", COLOUR_WORDS)):
            for value, phrases in table[lang].items():
                add(slot, value, phrases)
        add("mountains", "yes", MOUNTAIN_WORDS[lang])
        for size in SIZES:
            add("size", size, SIZE_WORDS[lang][size])
        for column in COLUMNS:
            add("position", column, COLUMN_WORDS[lang][column])
        for count, phrases in COUNT_WORDS[lang].items():
            if count > 1:
                add("count", count, phrases)
        joins = {_plain(word) for phrase in JOIN_WORDS[lang] for word in phrase.replace(",", " ").split()}
        framing = {word for phrase in FRAMES[lang] for word in phrase.split()}
        fillers = {_plain(word) for word in FILLER_WORDS[lang]} | framing | set(GLUE[lang]) | joins | {_plain(word) for word in COUNT_WORDS[lang][1]}
        read = {_plain(word) for table in (RELATION_WORDS, PRAISE, DEEDS, TAGS, STRANGERS) for phrase in table[lang] for word in phrase.replace("-", " ").split()}
        languages[lang] = {
            "words": dict(sorted(words.items())), "fillers": sorted(fillers - set(words) - {""}), "passed": sorted(read - fillers - set(words) - {""}),
            "others": LOOKALIKES[lang], "stranger": STRANGER[lang],
        }  # fmt: skip
    return {"languages": languages, "examples": EXAMPLES}
