"""Words that hold a caption together, and words that this world has no picture for. The text encoder learns to let them pass."""

from __future__ import annotations


def _list(phrases: str) -> list[str]:
    return [phrase.strip() for phrase in phrases.split(",")]


JOIN_WORDS = {
    "en": [" and ", ", ", " with ", " next to ", " beside ", " and also ", ", and ", " near ", " by ", " on ", " plus ", " & "],
    "id": [" dan ", ", ", " dengan ", " di samping ", " serta ", ", dan ", " bersama ", " di dekat ", " sama ", " & "],
}  # fmt: skip
# They join like the others, but what they say of the places is not drawn: the app calls them ignored.
RELATION_WORDS = {
    "en": [" in front of ", " above ", " behind ", " under ", " over "],
    "id": [" di depan ", " di atas ", " di belakang ", " di bawah "],
}
BEFORE_PLACE = {
    "en": ["on the", "in the", "in a", "at the", "on", "in", "", "by the", "near the", "above the", "over the", "on a"],
    "id": ["di", "di atas", "di", "di tengah", "", "di dekat", "di tepi", "di dalam", "di pinggir"],
}
BEFORE_TIME = {
    "en": ["at", "in the", "during the", "in", "", "at", "under a", "on a", "during a", "with", "under the"],
    "id": ["saat", "di", "pada", "waktu", "", "ketika", "dengan", "di bawah"],
}
FRAMES = {
    "en": ["draw", "draw me", "a picture of", "an image of", "please draw", "i want", "there is", "make a picture of", "create", "scene with", "show me"],
    "id": ["gambar", "gambarkan", "buatkan gambar", "tolong gambar", "saya mau", "ada", "lukiskan", "buat", "pemandangan", "tampilkan"],
}
FILLER_WORDS = {
    "en": ["beautiful", "cute", "pretty", "masterpiece", "best quality", "detailed", "picture", "image", "scene", "illustration", "nice", "lovely", "please", "draw", "make", "of", "art", "simple", "high quality", "charming"],
    "id": ["indah", "cantik", "lucu", "bagus", "gambar", "pemandangan", "ilustrasi", "tolong", "buatkan", "detail", "sederhana", "mahakarya", "kualitas tinggi", "yang", "menawan"],
}  # fmt: skip
# Places and times whose words also say something of a thing next to them: (the thing, if it has to be one; slot, value, phrase).
COLLISIONS = {
    "en": [("flower", "ground", "meadow", "garden"), ("flower", "ground", "meadow", "park"), ("flower", "ground", "meadow", "field"), (None, "time", "day", "blue sky"), (None, "ground", "desert", "white sand"), (None, "ground", "sea", "blue water"), ("star", "time", "night", "starry sky")],
    "id": [("flower", "ground", "meadow", "taman"), ("flower", "ground", "meadow", "kebun"), ("flower", "ground", "meadow", "halaman"), (None, "time", "day", "langit biru"), (None, "ground", "desert", "pasir putih"), (None, "ground", "sea", "air biru"), (None, "ground", "snow", "hujan salju"), ("star", "time", "night", "langit berbintang")],
}  # fmt: skip
PRAISE = {"en": _list("cute, beautiful, nice, pretty, old, lovely, cozy, wooden, lonely, shiny, happy, little old, sleepy, fluffy, tall"), "id": _list("yang indah, lucu, cantik, yang bagus, tua, imut, yang lucu, sendirian, mengkilap, tinggi, cantik sekali")}
DEEDS = {
    "en": _list("sitting, standing, flying, floating, sleeping, parked, sailing, swimming, driving, waiting, landing, growing, playing, resting, that is sitting, is flying, looking at the sky, passing by, shining, taking off, lying"),
    "id": _list("duduk, berdiri, terbang, melayang, tidur, parkir, berlayar, berenang, mekar, berjalan, sedang duduk, yang sedang terbang, sedang tidur, bermain, mendarat, bersinar, hinggap, melintas, berteduh, tumbuh"),
}  # fmt: skip
TAGS = {
    "en": _list("4k, 8k, hd, highly detailed, ultra detailed, cinematic lighting, soft light, vibrant colors, colorful, studio ghibli, trending on artstation, sharp focus, bokeh, wallpaper, intricate, concept art, digital art, fantasy, minimalist, dreamy, peaceful, calm, cozy, epic, award winning, wide shot, close up, no people, high resolution, magical, neon, for kids, mood, background, landscape"),
    "id": _list("4k, hd, penuh warna, warna-warni, detail tinggi, pencahayaan lembut, sinematik, fantasi, tenang, damai, suasana, latar belakang, resolusi tinggi, untuk anak-anak, ajaib, jarak dekat, tanpa orang, imajinatif, estetik, pemandangan indah"),
}  # fmt: skip
# Things that this world does not have; their colours, sizes and places are theirs and mean nothing.
STRANGERS = {
    "en": _list("dog, puppy, girl, boy, man, woman, child, horse, cow, lion, tiger, elephant, robot, dragon, castle, bridge, lighthouse, airplane, train, bicycle, motorcycle, truck, bus, table, chair, lamp, book, guitar, cake, pizza, apple, banana, cup, tower, church, temple, windmill, fence, rock, cloud, rainbow, knight, wizard, ghost, monster, dinosaur, penguin, rabbit, fox, bear, wolf, duck, chicken, sheep, pig, mouse, snake, frog, turtle, spider, bee, shark, whale, dolphin, crab, hat, shirt, dress, clock, phone, computer, camera, piano, ball, kite, bottle, basket, door, window, wall, people, farmer, friend, mother, king, queen, princess, angel, unicorn, campfire, bench, statue, flag, planet, snowman, ladder, sandwich"),
    "id": _list("anjing, anak anjing, gadis, perempuan, laki-laki, anak kecil, orang, petani, kuda, sapi, singa, harimau, gajah, robot, naga, istana, jembatan, mercusuar, pesawat, kereta, sepeda, motor, truk, bis, meja, kursi, lampu, buku, gitar, kue, apel, pisang, gelas, menara, masjid, gereja, candi, pagar, batu, awan, pelangi, pedang, hantu, monster, dinosaurus, pinguin, kelinci, rubah, beruang, serigala, bebek, ayam, kambing, tikus, ular, katak, kura-kura, laba-laba, lebah, semut, hiu, paus, lumba-lumba, kepiting, topi, baju, sepatu, jam, komputer, kamera, bola, layang-layang, botol, keranjang, pintu, jendela, dinding, teman, ibu, raja, putri, malaikat, api unggun, bangku, patung, bendera, planet, boneka salju, tangga, becak, warung"),
}  # fmt: skip
# What stands in a caption's place for a thing that the text encoder has never read of.
STRANGER = {"en": "dog", "id": "anjing"}
# Words that are one slip of the fingers away from a word of this world and mean something else.
LOOKALIKES = {
    "en": _list("coats, dessert, driver, filed, hose, lower, mobile, mourning, printing, range, stairs, start, story, there, waiter"),
    "id": _list("bukti, guru, hutang, meriah"),
}
