"""The words of the grammar, English and Indonesian: for every slot and value the phrases that name it.

The first phrase of each list is the plain one. A "|" splits singular and plural of an English noun. Words without a meaning in
this world are in other_words.py.
"""

from __future__ import annotations


def _lists(table: dict[str, dict[str, str]]) -> dict[str, dict[str, list[str]]]:
    """Phrases are written with commas between them."""
    return {lang: {value: [p.strip() for p in phrases.split(",")] for value, phrases in values.items()} for lang, values in table.items()}


STYLE_WORDS = _lists({
    "en": {
        "anime": "anime, anime style, cartoon, manga, flat, flat anime, cel shaded, comic, anime art, cartoon style, flat design, vector art, cel shading",
        "watercolor": "watercolor, watercolour, watercolor painting, watercolour painting, aquarelle, water color, watercolors",
        "oil": "oil painting, oil, oil on canvas, oil paint, impressionist, impressionist painting, oil colors, painting",
        "pixel": "pixel art, pixel, 8 bit, 8-bit, pixelated, retro game, 16-bit, 8bit, pixelart, video game",
        "sketch": "pencil sketch, sketch, pencil, pencil drawing, drawing, colored pencil, hand drawn, hand-drawn, line drawing, crayon, colored pencils",
        "photo": "photo, photograph, realistic, photorealistic, realistic photo, realism, photography, real photo, photo-realistic, lifelike",
    },
    "id": {
        "anime": "anime, gaya anime, kartun, manga, komik, datar, gambar kartun, animasi",
        "watercolor": "cat air, lukisan cat air, akuarel, gaya cat air, watercolor",
        "oil": "cat minyak, lukisan cat minyak, lukisan minyak, minyak di atas kanvas, lukisan",
        "pixel": "seni piksel, piksel, pixel art, 8 bit, 8-bit, gim retro, pixel, game retro",
        "sketch": "sketsa pensil, sketsa, gambar pensil, pensil, pensil warna, coretan, gambar tangan, krayon",
        "photo": "foto, realistis, foto nyata, fotografi, nyata, foto realistis, realisme, foto asli, realistik",
    },
})  # fmt: skip
TIME_WORDS = _lists({
    "en": {
        "day": "day, daytime, noon, sunny day, sunny, morning, daylight, clear sky, sunshine, midday, afternoon, blue sky, sunlight, bright day, summer, summer day, spring, sun, sunny morning",
        "sunset": "sunset, dusk, evening, golden hour, twilight, sunrise, dawn, sundown, sunset sky, evening sky, setting sun, nightfall",
        "night": "night, midnight, moonlight, starry night, dark night, nighttime, night sky, starry sky, under the stars, stars in the sky, moon, full moon, moonlit night, outer space, space, night time, dark sky, starlight",
        "storm": "storm, stormy, rain, rainy, thunderstorm, lightning, rainy day, stormy sky, bad weather, thunder, stormy night, rainy night, heavy rain, raining, cloudy, dark clouds, rainstorm, overcast, pouring rain",
    },
    "id": {
        "day": "siang, siang hari, pagi, pagi hari, cerah, hari cerah, langit cerah, langit biru, matahari, musim panas, terang, hari yang cerah, sinar matahari",
        "sunset": "senja, matahari terbenam, sore, sore hari, petang, fajar, matahari terbit, matahari tenggelam, senja hari, langit senja, subuh, magrib",
        "night": "malam, malam hari, tengah malam, cahaya bulan, malam berbintang, langit malam, di bawah bintang, bulan purnama, bulan, langit berbintang, luar angkasa, di bawah bintang-bintang, angkasa, larut malam",
        "storm": "badai, hujan, petir, hujan deras, hari hujan, cuaca buruk, badai petir, hujan badai, malam hujan, malam badai, hujan lebat, mendung, gerimis, kilat, langit mendung, berawan",
    },
})  # fmt: skip
GROUND_WORDS = _lists({
    "en": {
        "sea": "sea, ocean, water, waves, lake, calm sea, beach, river, pond, coast, seaside, shore, harbor, harbour, bay, underwater, island, blue water, blue sea, white sand beach",
        "desert": "desert, sand, dunes, sand dunes, sandy desert, sahara, desert sand, white sand, golden sand",
        "meadow": "meadow, grass, field, garden, green field, countryside, park, green meadow, lawn, forest, woods, hill, hills, farm, village, backyard, grassy field, grassland, jungle, valley, green hills, green forest",
        "snow": "snow, snowy field, winter, ice, snowy landscape, white snow, snowy, winter landscape, snowfall, snowing, frozen lake, arctic, snowy forest, snowy day, north pole",
        "city": "city, town, street, road, skyline, downtown, big city, city street, urban, buildings, cityscape, skyscrapers, highway, city skyline, parking lot",
    },
    "id": {
        "sea": "laut, lautan, samudra, ombak, danau, tengah laut, pantai, air, sungai, kolam, tepi pantai, pesisir, pelabuhan, bawah laut, pulau, permukaan air, air biru, laut biru, pantai pasir putih",
        "desert": "gurun, padang pasir, pasir, gurun pasir, gurun sahara, pasir putih, pasir kuning",
        "meadow": "padang rumput, rumput, taman, kebun, ladang, rumput hijau, padang rumput hijau, hutan, bukit, sawah, desa, kampung, halaman, lapangan, perbukitan, pedesaan, bukit hijau, hutan hijau",
        "snow": "salju, musim dingin, es, padang salju, bersalju, salju putih, hujan salju, musim salju, kutub, kutub utara, hutan salju, tumpukan salju",
        "city": "kota, jalan, jalan raya, perkotaan, kota besar, tengah kota, jalan kota, jalanan, gedung, gedung tinggi, pusat kota, pinggir jalan, gedung-gedung",
    },
})  # fmt: skip
MOUNTAIN_WORDS = {
    "en": ["mountains", "a mountain", "mountains behind", "mountains in the background", "snowy mountains", "tall mountains", "mountain", "the mountains", "mountains in the distance", "in the mountains", "near the mountains", "mountain range", "a volcano", "mountain landscape"],
    "id": ["gunung", "pegunungan", "gunung di belakang", "gunung di kejauhan", "gunung bersalju", "gunung tinggi", "di kaki gunung", "di pegunungan", "latar gunung", "dekat gunung", "gunung berapi", "pemandangan gunung"],
}  # fmt: skip
OBJECT_WORDS = _lists({
    "en": {
        "house": "house|houses, cottage|cottages, hut|huts, home|homes, cabin|cabins, farmhouse|farmhouses, barn|barns, villa|villas",
        "tree": "tree|trees, oak|oaks, leafy tree|leafy trees, oak tree|oak trees, apple tree|apple trees, maple tree|maple trees, palm tree|palm trees, cherry tree|cherry trees",
        "pine": "pine|pines, pine tree|pine trees, fir|firs, christmas tree|christmas trees, fir tree|fir trees, spruce|spruces, xmas tree|xmas trees, evergreen|evergreens",
        "boat": "boat|boats, sailboat|sailboats, ship|ships, sailing boat|sailing boats, yacht|yachts, fishing boat|fishing boats, sailing ship|sailing ships, canoe|canoes",
        "balloon": "balloon|balloons, hot air balloon|hot air balloons, hot-air balloon|hot-air balloons, air balloon|air balloons",
        "flower": "flower|flowers, daisy|daisies, blossom|blossoms, rose|roses, tulip|tulips, sunflower|sunflowers, lily|lilies",
        "fish": "fish|fish, goldfish|goldfish, fish|fishes, koi fish|koi fish, tropical fish|tropical fish",
        "star": "star|stars",
        "heart": "heart|hearts, love heart|love hearts, heart shape|heart shapes",
        "car": "car|cars, automobile|automobiles, vehicle|vehicles, sports car|sports cars, taxi|taxis, race car|race cars",
        "cat": "cat|cats, kitten|kittens, kitty|kitties, tabby cat|tabby cats",
        "mushroom": "mushroom|mushrooms, toadstool|toadstools",
        "bird": "bird|birds, sparrow|sparrows, flying bird|flying birds, seagull|seagulls, parrot|parrots, dove|doves, eagle|eagles",
        "rocket": "rocket|rockets, spaceship|spaceships, rocket ship|rocket ships, space rocket|space rockets, space shuttle|space shuttles",
        "umbrella": "umbrella|umbrellas, parasol|parasols",
        "butterfly": "butterfly|butterflies, moth|moths",
    },
    "id": {
        "house": "rumah, pondok, gubuk, rumah kayu, kabin, vila",
        "tree": "pohon, pohon rindang, pohon mangga, pohon beringin, pohon kelapa, pepohonan",
        "pine": "pinus, pohon pinus, cemara, pohon cemara, pohon natal",
        "boat": "perahu, kapal, perahu layar, kapal layar, perahu nelayan, sampan, kapal laut",
        "balloon": "balon, balon udara, balon terbang",
        "flower": "bunga, kembang, mawar, bunga mawar, bunga matahari, tulip, bunga tulip, melati",
        "fish": "ikan, ikan mas, ikan koi, ikan hias",
        "star": "bintang",
        "heart": "hati, jantung hati, bentuk hati",
        "car": "mobil, kendaraan, taksi, mobil balap, mobil sport",
        "cat": "kucing, anak kucing, si kucing",
        "mushroom": "jamur",
        "bird": "burung, burung terbang, burung merpati, merpati, burung camar, elang",
        "rocket": "roket, pesawat antariksa, pesawat luar angkasa, roket luar angkasa",
        "umbrella": "payung",
        "butterfly": "kupu-kupu, kupu kupu, ngengat",
    },
})  # fmt: skip
COLOUR_WORDS = _lists({
    "en": {
        "red": "red, crimson, scarlet, dark red, bright red, maroon", "orange": "orange, bright orange, ginger", "yellow": "yellow, golden, gold, bright yellow, light yellow",
        "green": "green, emerald, dark green, light green, bright green, lime", "blue": "blue, navy, azure, dark blue, light blue, bright blue, turquoise, teal, cyan, sky blue",
        "purple": "purple, violet, lavender, lilac, dark purple", "pink": "pink, rosy, light pink, hot pink, magenta", "brown": "brown, dark brown, light brown, chocolate",
        "black": "black, dark, jet black, pitch black", "white": "white, pure white",
    },
    "id": {
        "red": "merah, merah tua, merah cerah, merah marun", "orange": "oranye, jingga, oren, orange", "yellow": "kuning, emas, keemasan, kuning cerah", "green": "hijau, hijau tua, hijau muda",
        "blue": "biru, biru tua, biru muda, biru langit", "purple": "ungu, ungu muda, ungu tua", "pink": "merah muda, merah jambu, pink", "brown": "coklat, cokelat, coklat tua, coklat muda",
        "black": "hitam, hitam pekat", "white": "putih, putih bersih",
    },
})  # fmt: skip
SIZE_WORDS = _lists({
    "en": {"small": "small, tiny, little, very small, mini", "medium": "medium, medium sized, normal sized, medium-sized", "large": "big, large, huge, giant, very big, enormous, gigantic"},
    "id": {"small": "kecil, mungil, sangat kecil, mini", "medium": "sedang, berukuran sedang", "large": "besar, raksasa, sangat besar, gede"},
})  # fmt: skip
COLUMN_WORDS = _lists({
    "en": {
        "left": "on the left, to the left, on the left side, at the left, left, on the left hand side, on left, left side",
        "middle": "in the middle, in the center, in the centre, at the center, in the middle of the picture, center, middle, centered",
        "right": "on the right, to the right, on the right side, at the right, right, on the right hand side, on right, right side",
    },
    "id": {
        "left": "di kiri, di sebelah kiri, di sisi kiri, kiri, sebelah kiri, di samping kiri",
        "middle": "di tengah, di bagian tengah, tengah, tengah-tengah, di tengah gambar",
        "right": "di kanan, di sebelah kanan, di sisi kanan, kanan, sebelah kanan, di samping kanan",
    },
})  # fmt: skip
# More than three things do not fit: "many" and every higher number are three.
COUNT_WORDS = {
    "en": {
        1: ["a", "an", "one", "the", "1", "my", "single"], 2: ["two", "2", "a pair of", "a couple of", "pair of"],
        3: ["three", "3", "many", "several", "some", "a few", "a bunch of", "lots of", "four", "five", "4", "5", "a group of", "multiple"],
    },
    "id": {
        1: ["sebuah", "seekor", "satu", "se buah", "1", "sekuntum", "sebatang"], 2: ["dua", "2", "sepasang", "dua buah", "dua ekor"],
        3: ["tiga", "3", "tiga buah", "tiga ekor", "banyak", "beberapa", "empat", "lima", "sekelompok", "sejumlah", "4", "5"],
    },
}  # fmt: skip
