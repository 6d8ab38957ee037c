"""Prompts as people write them, by hand and not by the grammar, with what they ask for.

The sixty of FREE_PROMPTS were written after the grammar and never used to change it, so their score says how the parser does outside of its
own sentences. The twelve of MISREAD are what version 0.2 got wrong of 170 that were tried: a place's or time's words taken for part of a
thing, or the other way round. They are why the grammar has COLLISIONS, and are in no training caption as they stand.
The answer is "style, time, ground, mountains; things", a thing is "[count] [size] [colour] kind [@column]"; what is not said is left out.
"""

from __future__ import annotations

import numpy as np

from .captions import Mention, Request, slots_of
from .domain import COLOURS, COLUMNS, GROUNDS, OBJECTS, SIZES, STYLES, TIMES

FREE_PROMPTS = {
    "en": (
        ("my orange cat waiting for me in the snow", "snow; orange cat"),
        ("A lonely red house at the foot of the mountains, oil on canvas, late evening", "oil sunset mountains; red house"),
        ("two little birds and a big tree", "; 2 small bird, large tree"),
        ("blue rocket flying through outer space, pixel art", "pixel night; blue rocket"),
        ("watercolor, soft colors, a pink umbrella on the beach on a sunny day", "watercolor day sea; pink umbrella"),
        ("black cat on the left, white cat on the right, city street at night, anime", "anime night city; black cat @left, white cat @right"),
        ("a very big yellow star over a small brown house in winter", "snow; large yellow star, small brown house"),
        ("sailing boats at sunset", "sunset; 2 boat"),
        ("photo of a green car driving down a desert road in the afternoon", "photo day desert; green car"),
        ("pencil sketch of a butterfly sitting on a flower", "sketch; butterfly, flower"),
        ("a dog and a white cat in the garden", "meadow; white cat"),
        ("three red mushrooms in the forest during a thunderstorm", "storm meadow; 3 red mushroom"),
        ("love heart", "; heart"),
        ("Please draw a purple fish swimming in a lake with mountains far away", "sea mountains; purple fish"),
        ("dreamy night scene, hot air balloon above the ocean, 4k, masterpiece", "night sea; balloon"),
        ("christmas tree with a yellow star in a snowy village, cozy, highly detailed", "snow; pine, yellow star"),
        ("a castle on a hill", "meadow"),
        ("red car, blue car and yellow car parked in the city", "city; red car, blue car, yellow car"),
        ("orange flowers everywhere in a green field, blue sky", "day meadow; 2 orange flower"),
        ("realistic brown bird standing on the sand", "photo desert; brown bird"),
        ("spaceship launch at dawn, retro game style", "pixel sunset; rocket"),
        ("a knight fighting a dragon", ""),
        ("rainy day in the city with a red umbrella in the middle", "storm city; red umbrella @middle"),
        ("cartoon of three pink hearts", "anime; 3 pink heart"),
        ("old wooden cabin beside two tall pine trees, snow, full moon", "night snow; house, 2 pine"),
        ("goldfish", "; fish"),
        ("tiny black boat in a huge storm at sea", "storm sea; small black boat"),
        ("a girl holding a red balloon in the park", "meadow; red balloon"),
        ("house on the right side and a big oak on the left, countryside, morning", "day meadow; house @right, large tree @left"),
        ("white rose, watercolour", "watercolor; white flower"),
        ("mountain lake at night with stars in the sky", "night sea mountains"),
        ("impressionist painting of a sailboat near the harbor at dusk", "oil sunset sea; boat"),
        ("flat illustration of a green tree and a yellow bird on a meadow", "anime meadow; green tree, yellow bird"),
        ("an enormous purple mushroom in the middle of the desert at midnight", "night desert; large purple mushroom"),
        ("kitten, pencil drawing", "sketch; cat"),
        ("a white heart and a black heart", "; white heart, black heart"),
    ),
    "id": (
        ("kucing kecil oranye bermain di taman", "meadow; small orange cat"),
        ("gambarkan rumah merah di tepi danau dengan gunung di belakangnya", "sea mountains; red house"),
        ("mobil kuning di jalan kota saat hujan deras, foto", "photo storm city; yellow car"),
        ("dua perahu biru di laut waktu matahari terbenam", "sunset sea; 2 blue boat"),
        ("balon udara merah besar di atas gurun pasir", "desert; large red balloon"),
        ("lukisan cat air bunga mawar putih", "watercolor; white flower"),
        ("seekor anjing dan seekor kucing hitam", "; black cat"),
        ("pohon natal hijau di malam bersalju", "night snow; green pine"),
        ("kupu-kupu biru di kiri dan bunga kuning di kanan", "; blue butterfly @left, yellow flower @right"),
        ("roket merah meluncur ke luar angkasa, gaya piksel", "pixel night; red rocket"),
        ("sketsa pensil burung di atas pohon", "sketch; bird, tree"),
        ("tiga ekor ikan oranye di kolam", "sea; 3 orange fish"),
        ("rumah kayu coklat di desa pada pagi hari", "day meadow; brown house"),
        ("hati merah muda, kartun", "anime; pink heart"),
        ("payung ungu di pantai saat cuaca cerah", "day sea; purple umbrella"),
        ("bintang kuning besar di atas rumah kecil", "; large yellow star, small house"),
        ("pemandangan kota malam hari dengan mobil merah", "night city; red car"),
        ("jamur coklat di hutan, lukisan minyak", "oil meadow; brown mushroom"),
        ("kapal putih di tengah badai", "storm; white boat"),
        ("naga terbang di atas istana", ""),
        ("banyak bunga merah di padang rumput hijau, langit biru", "day meadow; 3 red flower"),
        ("foto realistis burung putih terbang di pegunungan", "photo mountains; white bird"),
        ("anak kucing putih tidur di samping payung biru", "; white cat, blue umbrella"),
        ("perahu nelayan hijau di sungai, sore hari, kualitas tinggi, 4k", "sunset sea; green boat"),
    ),
}  # fmt: skip
MISREAD = {
    "en": (
        ("a pink flower, garden", "meadow; pink flower"),
        ("an orange butterfly and a pink flower, garden, day, sketch", "sketch day meadow; orange butterfly, pink flower"),
        ("yellow flower garden", "meadow; yellow flower"),
        ("a green frog and a green tree, green field", "meadow; green tree"),
    ),
    "id": (
        ("sketsa pensil kupu-kupu oranye dan bunga merah muda, taman, siang", "sketch day meadow; orange butterfly, pink flower"),
        ("bunga merah muda, taman", "meadow; pink flower"),
        ("taman, bunga merah muda", "meadow; pink flower"),
        ("bunga kuning taman siang", "day meadow; yellow flower"),
        ("burung biru, langit biru", "day; blue bird"),
        ("burung merah, langit biru, laut", "day sea; red bird"),
        ("bukit hijau, rumah putih", "meadow; white house"),
        ("balon kuning dan burung putih, langit biru", "day; yellow balloon, white bird"),
    ),
}  # fmt: skip


def request_of(answer: str) -> Request:
    said, _, things = answer.partition(";")
    request = Request()
    for word in said.split():
        request.mountains |= word == "mountains"
        for slot, values in (("style", STYLES), ("time", TIMES), ("ground", GROUNDS)):
            if word in values:
                setattr(request, slot, values.index(word))
    for thing in filter(None, (text.split() for text in things.split(","))):
        mention = Mention(next(OBJECTS.index(word) for word in thing if word in OBJECTS))
        for word in thing:
            mention.count = int(word) if word.isdigit() else mention.count
            for slot, values in (("colour", COLOURS), ("size", SIZES), ("column", tuple(f"@{column}" for column in COLUMNS))):
                if word in values:
                    setattr(mention, slot, values.index(word))
        request.mentions.append(mention)
    return request


def with_slots(pairs: tuple[tuple[str, str], ...]) -> tuple[list[str], np.ndarray]:
    """Prompts and the slots [N,13] that they ask for."""
    return [prompt for prompt, _ in pairs], np.stack([slots_of(request_of(answer)) for _, answer in pairs])
