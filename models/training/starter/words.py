"""The words of the grammar, English and Indonesian: for every slot and value the phrases that name it.

The first phrase of each list is the plain one. A "|" splits singular and plural of an English noun.
"""

from __future__ import annotations

STYLE_WORDS = {
    "en": {
        "anime": ["anime", "anime style", "cartoon", "manga", "flat", "flat anime", "cel shaded", "comic"],
        "watercolor": ["watercolor", "watercolour", "watercolor painting", "watercolour painting", "aquarelle"],
        "oil": ["oil painting", "oil", "oil on canvas", "oil paint", "impressionist"],
        "pixel": ["pixel art", "pixel", "8 bit", "8-bit", "pixelated", "retro game", "16-bit"],
        "sketch": ["pencil sketch", "sketch", "pencil", "pencil drawing", "drawing", "colored pencil", "hand drawn"],
        "photo": ["photo", "photograph", "realistic", "photorealistic", "realistic photo", "realism", "photography"],
    },
    "id": {
        "anime": ["anime", "gaya anime", "kartun", "manga", "komik", "datar"],
        "watercolor": ["cat air", "lukisan cat air", "akuarel", "gaya cat air"],
        "oil": ["cat minyak", "lukisan cat minyak", "lukisan minyak", "minyak di atas kanvas"],
        "pixel": ["seni piksel", "piksel", "pixel art", "8 bit", "8-bit", "gim retro"],
        "sketch": ["sketsa pensil", "sketsa", "gambar pensil", "pensil", "pensil warna", "coretan"],
        "photo": ["foto", "realistis", "foto nyata", "fotografi", "nyata", "foto realistis", "realisme"],
    },
}
TIME_WORDS = {
    "en": {
        "day": ["day", "daytime", "noon", "sunny day", "sunny", "morning", "daylight", "clear sky", "sunshine", "midday", "afternoon"],
        "sunset": ["sunset", "dusk", "evening", "golden hour", "twilight", "sunrise", "dawn"],
        "night": ["night", "midnight", "moonlight", "starry night", "dark night", "nighttime", "night sky", "starry sky"],
        "storm": ["storm", "stormy", "rain", "rainy", "thunderstorm", "lightning", "rainy day", "stormy sky", "bad weather", "thunder"],
    },
    "id": {
        "day": ["siang", "siang hari", "pagi", "pagi hari", "cerah", "hari cerah", "langit cerah"],
        "sunset": ["senja", "matahari terbenam", "sore", "sore hari", "petang", "fajar", "matahari terbit"],
        "night": ["malam", "malam hari", "tengah malam", "cahaya bulan", "malam berbintang", "langit malam"],
        "storm": ["badai", "hujan", "petir", "hujan deras", "hari hujan", "cuaca buruk", "badai petir", "hujan badai"],
    },
}
GROUND_WORDS = {
    "en": {
        "sea": ["sea", "ocean", "water", "waves", "lake", "calm sea"],
        "desert": ["desert", "sand", "dunes", "sand dunes", "sandy desert"],
        "meadow": ["meadow", "grass", "field", "garden", "green field", "countryside", "park", "green meadow", "lawn"],
        "snow": ["snow", "snowy field", "winter", "ice", "snowy landscape", "white snow", "snowy"],
        "city": ["city", "town", "street", "road", "skyline", "downtown", "big city"],
    },
    "id": {
        "sea": ["laut", "lautan", "samudra", "ombak", "danau", "tengah laut"],
        "desert": ["gurun", "padang pasir", "pasir", "gurun pasir"],
        "meadow": ["padang rumput", "rumput", "taman", "kebun", "ladang", "rumput hijau", "padang rumput hijau"],
        "snow": ["salju", "musim dingin", "es", "padang salju", "bersalju", "salju putih"],
        "city": ["kota", "jalan", "jalan raya", "perkotaan", "kota besar", "tengah kota"],
    },
}
MOUNTAIN_WORDS = {
    "en": ["mountains", "a mountain", "mountains behind", "mountains in the background", "snowy mountains", "tall mountains"],
    "id": ["gunung", "pegunungan", "gunung di belakang", "gunung di kejauhan", "gunung bersalju", "gunung tinggi"],
}
OBJECT_WORDS = {
    "en": {
        "house": ["house|houses", "cottage|cottages", "hut|huts", "home|homes", "cabin|cabins"],
        "tree": ["tree|trees", "oak|oaks", "leafy tree|leafy trees"],
        "pine": ["pine|pines", "pine tree|pine trees", "fir|firs", "christmas tree|christmas trees", "fir tree|fir trees"],
        "boat": ["boat|boats", "sailboat|sailboats", "ship|ships", "sailing boat|sailing boats"],
        "balloon": ["balloon|balloons", "hot air balloon|hot air balloons", "hot-air balloon|hot-air balloons"],
        "flower": ["flower|flowers", "daisy|daisies", "blossom|blossoms", "rose|roses"],
        "fish": ["fish|fish", "goldfish|goldfish", "fish|fishes"],
        "star": ["star|stars"],
        "heart": ["heart|hearts", "love heart|love hearts"],
        "car": ["car|cars", "automobile|automobiles", "vehicle|vehicles"],
        "cat": ["cat|cats", "kitten|kittens", "kitty|kitties"],
        "mushroom": ["mushroom|mushrooms", "toadstool|toadstools"],
        "bird": ["bird|birds", "sparrow|sparrows", "flying bird|flying birds"],
        "rocket": ["rocket|rockets", "spaceship|spaceships", "rocket ship|rocket ships"],
        "umbrella": ["umbrella|umbrellas", "parasol|parasols"],
        "butterfly": ["butterfly|butterflies", "moth|moths"],
    },
    "id": {
        "house": ["rumah", "pondok", "gubuk"],
        "tree": ["pohon", "pohon rindang"],
        "pine": ["pinus", "pohon pinus", "cemara", "pohon cemara", "pohon natal"],
        "boat": ["perahu", "kapal", "perahu layar", "kapal layar"],
        "balloon": ["balon", "balon udara"],
        "flower": ["bunga", "kembang", "mawar"],
        "fish": ["ikan", "ikan mas"],
        "star": ["bintang"],
        "heart": ["hati", "jantung hati", "bentuk hati"],
        "car": ["mobil", "kendaraan"],
        "cat": ["kucing", "anak kucing"],
        "mushroom": ["jamur"],
        "bird": ["burung", "burung terbang"],
        "rocket": ["roket", "pesawat antariksa"],
        "umbrella": ["payung"],
        "butterfly": ["kupu-kupu", "kupu kupu", "ngengat"],
    },
}
COLOUR_WORDS = {
    "en": {
        "red": ["red", "crimson", "scarlet"], "orange": ["orange"], "yellow": ["yellow", "golden", "gold"], "green": ["green", "emerald"],
        "blue": ["blue", "navy", "azure"], "purple": ["purple", "violet"], "pink": ["pink", "rosy"], "brown": ["brown"],
        "black": ["black", "dark"], "white": ["white"],
    },
    "id": {
        "red": ["merah", "merah tua"], "orange": ["oranye", "jingga"], "yellow": ["kuning", "emas"], "green": ["hijau"], "blue": ["biru", "biru tua"],
        "purple": ["ungu"], "pink": ["merah muda", "merah jambu", "pink"], "brown": ["coklat", "cokelat"], "black": ["hitam"], "white": ["putih"],
    },
}  # fmt: skip
SIZE_WORDS = {
    "en": {"small": ["small", "tiny", "little"], "medium": ["medium", "medium sized", "normal sized"], "large": ["big", "large", "huge", "giant"]},
    "id": {"small": ["kecil", "mungil"], "medium": ["sedang", "berukuran sedang"], "large": ["besar", "raksasa"]},
}
COLUMN_WORDS = {
    "en": {
        "left": ["on the left", "to the left", "on the left side", "at the left", "left"],
        "middle": ["in the middle", "in the center", "in the centre", "at the center", "in the middle of the picture"],
        "right": ["on the right", "to the right", "on the right side", "at the right", "right"],
    },
    "id": {
        "left": ["di kiri", "di sebelah kiri", "di sisi kiri", "kiri"],
        "middle": ["di tengah", "di bagian tengah", "tengah"],
        "right": ["di kanan", "di sebelah kanan", "di sisi kanan", "kanan"],
    },
}
COUNT_WORDS = {
    "en": {1: ["a", "an", "one", "the", "1"], 2: ["two", "2", "a pair of", "a couple of"], 3: ["three", "3"]},
    "id": {1: ["sebuah", "seekor", "satu", "se buah", "1"], 2: ["dua", "2", "sepasang", "dua buah", "dua ekor"], 3: ["tiga", "3", "tiga buah", "tiga ekor"]},
}
JOIN_WORDS = {
    "en": [" and ", ", ", " with ", " next to ", " beside ", " and also ", ", and "],
    "id": [" dan ", ", ", " dengan ", " di samping ", " serta ", ", dan ", " bersama "],
}
FILLER_WORDS = {
    "en": ["beautiful", "cute", "pretty", "masterpiece", "best quality", "detailed", "picture", "image", "scene", "illustration", "nice", "lovely", "please", "draw", "make", "of", "art", "simple", "high quality", "charming"],
    "id": ["indah", "cantik", "lucu", "bagus", "gambar", "pemandangan", "ilustrasi", "tolong", "buatkan", "detail", "sederhana", "mahakarya", "kualitas tinggi", "yang", "menawan"],
}  # fmt: skip
