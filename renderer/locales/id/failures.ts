import type { FailureKey, FailureText } from '../translate'

export const failures = {
  'error.invalid-request': {
    what: 'Permintaan itu tidak dapat dipahami.',
    why: 'Nilai “{path}” tidak diperbolehkan: {problem}.',
    do: 'Ubah nilainya, lalu coba lagi.',
  },
  'error.not-found': {
    what: 'Sudah tidak ada.',
    why: '{what} {id} telah dihapus atau memang tidak pernah ada.',
    do: 'Pilih yang lain.',
  },
  'error.confirmation-required': {
    what: 'Tidak ada yang dihapus.',
    why: 'Menghapus semuanya memerlukan konfirmasi yang diketik.',
    do: 'Ketik kata-katanya persis seperti yang ditampilkan.',
  },
  'error.disconnected': {
    what: 'Studio tidak menjawab.',
    why: 'Sambungan ke program di komputer ini terputus.',
    do: 'Sambungan akan pulih sendiri. Jika tidak, jalankan Sanggar kembali.',
  },
  'error.unauthorised': {
    what: 'Halaman ini tidak diizinkan masuk.',
    why: 'Halaman ini tidak dibuka oleh Sanggar, atau sesinya sudah berakhir.',
    do: 'Buka alamat yang ditampilkan Sanggar saat dijalankan.',
  },
  'error.network-forbidden': {
    what: 'Sebuah sambungan diblokir.',
    why: 'Ada yang mencoba menghubungi {address}; Sanggar tidak pernah terhubung ke internet.',
    do: 'Tidak ada yang keluar dari komputer ini. Percobaan itu tercatat di halaman Privasi.',
  },
  'error.size-unsupported': {
    what: 'Model ini tidak dapat menggambar {width} × {height}.',
    why: 'Panjang sisinya dari {minimum} sampai {maximum} piksel, kelipatan {multiple}.',
    do: 'Pilih salah satu bentuk yang tersedia.',
  },
  'error.size-fixed': {
    what: 'Model ini tidak dapat menggambar {width} × {height}.',
    why: 'Berkasnya dibuat untuk satu ukuran saja: {onlyWidth} × {onlyHeight}.',
    do: 'Pilih ukuran itu. Hasilnya dapat diperbesar kemudian.',
  },
  'error.scheduler-unsupported': {
    what: 'Sampler ini tidak cocok dengan modelnya.',
    why: '{model} tidak dibuat untuk “{scheduler}”.',
    do: 'Atur sampler ke Otomatis.',
  },
  'error.capability-missing': {
    what: 'Model ini tidak dapat melakukannya.',
    why: '{model} tidak memiliki bagian untuk “{capability}”.',
    do: 'Pilih model lain, atau tambahkan model yang mampu.',
  },
  'error.prompt-rule': {
    what: 'Aturan Anda bertanya dahulu.',
    why: 'Prompt memuat: {words}.',
    do: 'Buat saja, atau ubah aturannya di layar Privasi.',
  },
  'error.prompt-syntax': {
    what: 'Ada kesalahan pada prompt di posisi {position}.',
    why: 'Pembacaan berhenti di sana: {problem}.',
    do: 'Periksa tanda kurungnya, atau beri \\ di depan kurung yang dimaksud sebagai teks.',
  },
  'error.model-not-found': {
    what: 'Model “{model}” tidak ada.',
    why: 'Model itu telah dihapus, atau drive-nya tidak terhubung.',
    do: 'Hubungkan drive-nya, atau pilih model lain.',
  },
  'error.model-folder-incomplete': {
    what: 'Model ini tidak lengkap.',
    why: 'Yang tidak ada di {path}: {missing}',
    do: 'Salin kembali seluruh folder. Bagian dari berkas tunggal boleh ditaruh di sebelahnya, dalam folder dengan nama itu.',
  },
  'error.model-unsupported': {
    what: 'Ini {kind}; Sanggar belum dapat menjalankannya begitu saja.',
    why: '{reason} ({path})',
    do: 'Layar Model memberi tahu setiap berkas itu apa, dan apa yang sebaiknya dicari.',
  },
  'error.model-damaged': {
    what: 'Berkas model ini rusak.',
    why: '{detail} ({path})',
    do: 'Salin atau unduh ulang modelnya.',
  },
  'error.pickle-refused': {
    what: 'Berkas ini tidak dibuka.',
    why: '{path} adalah pickle, format yang dapat menjalankan program apa pun saat dibaca.',
    do: 'Cari model yang sama dalam bentuk safetensors atau ONNX.',
  },
  'error.control-mismatch': {
    what: 'ControlNet ini tidak cocok dengan modelnya.',
    why: '{control} dibuat untuk keluarga lain daripada {model}.',
    do: 'Pilih ControlNet untuk model ini, atau hapus dari pilihan.',
  },
  'error.adapter-mismatch': {
    what: 'Adapter ini tidak cocok.',
    why: '{adapter} dibuat untuk keluarga model yang berbeda dari {model}.',
    do: 'Pilih model dari keluarga yang sama, atau lepaskan adapternya.',
  },
  'error.picture-unreadable': {
    what: '“{name}” tidak dapat dibaca sebagai gambar.',
    why: 'Berkas itu bukan PNG, JPEG, WebP, AVIF, TIFF, atau GIF, atau sudah rusak.',
    do: 'Buka di program lain, lalu simpan sebagai PNG atau JPEG. Foto HEIC juga perlu diubah dahulu.',
  },
  'error.picture-too-large': {
    what: 'Gambarnya terlalu besar.',
    why: 'Ukurannya {megapixels} megapiksel; batasnya {limit}.',
    do: 'Perkecil dahulu, lalu masukkan kembali.',
  },
  'error.picture-file-too-large': {
    what: 'Berkas “{name}” terlalu besar.',
    why: 'Ukurannya {megabytes} MB; batasnya {limit} MB.',
    do: 'Simpan sebagai JPEG atau perkecil dahulu, lalu masukkan kembali.',
  },
  'error.enlargement-too-large': {
    what: 'Hasil perbesarannya akan terlalu besar.',
    why: '{width} × {height} berarti {megapixels} megapiksel; batasnya {limit}.',
    do: 'Perbesar lebih sedikit, atau perkecil gambarnya dahulu.',
  },
  'error.mask-empty': {
    what: 'Maskernya kosong.',
    why: 'Tidak ada bagian yang ditandai untuk dilukis ulang.',
    do: 'Sapukan kuas pada bagian yang ingin diubah.',
  },
  'error.picture-required': {
    what: 'Diperlukan sebuah gambar terlebih dahulu.',
    why: 'Tindakan ini bekerja pada gambar yang sudah ada.',
    do: 'Seret, tempel, atau pilih sebuah gambar.',
  },
  'error.inference-crashed': {
    what: 'Proses menggambar terhenti.',
    why: 'Proses itu berakhir dengan {signal}; pustaka Anda tidak terpengaruh.',
    do: 'Coba lagi. Jika terulang, gunakan ukuran yang lebih kecil atau gambar yang lebih sedikit.',
  },
  'error.inference-failed': {
    what: 'Gambar ini tidak dapat diselesaikan.',
    why: 'Tahap “{stage}” gagal: {detail}',
    do: 'Coba lagi, atau pilih model lain.',
  },
  'error.checkpoint-unusable': {
    what: 'Tidak ada gambar yang belum selesai untuk dilanjutkan.',
    why: 'Gambar itu tidak pernah disimpan, sudah dihapus, atau milik model lain.',
    do: 'Mulai lagi pekerjaan ini dari awal.',
  },
  'error.out-of-memory': {
    what: 'Memori tidak mencukupi.',
    why: 'Tahap “{stage}” memerlukan lebih banyak memori daripada yang tersedia di komputer ini.',
    do: 'Tutup program lain, atau pilih ukuran atau model yang lebih kecil.',
  },
  'error.output-not-finite': {
    what: 'Model tidak menghasilkan gambar yang dapat dipakai.',
    why: 'Tahap “{stage}” menghasilkan nilai yang bukan angka.',
    do: 'Turunkan panduan, atau atur perangkat keras ke CPU di Pengaturan.',
  },
  'error.output-constant': {
    what: 'Gambarnya hanya berisi satu warna.',
    why: 'Tahap “{stage}” menghasilkan nilai yang sama di mana-mana.',
    do: 'Coba seed lain, atau atur perangkat keras ke CPU di Pengaturan.',
  },
  'error.provider-unavailable': {
    what: 'Perangkat keras yang dipilih tidak tersedia.',
    why: '“{provider}” tidak dapat dijalankan di komputer ini.',
    do: 'Atur perangkat keras ke Otomatis di Pengaturan.',
  },
  'error.cancelled': {
    what: 'Dihentikan.',
    why: 'Anda menghentikannya; gambar yang sudah selesai tetap disimpan.',
    do: 'Buat lagi kapan saja.',
  },
  'error.interrupted': {
    what: 'Terputus.',
    why: 'Sanggar ditutup saat gambar ini sedang dibuat.',
    do: 'Mulai lagi: pengaturan dan seed yang sama menghasilkan gambar yang sama.',
  },
  'error.library-busy': {
    what: 'Pustaka sedang dibuka di tempat lain.',
    why: 'Sanggar lain sedang memakai {path}.',
    do: 'Tutup yang lain terlebih dahulu.',
  },
  'error.library-damaged': {
    what: 'Pustaka tidak dapat dibuka.',
    why: '{path}: {detail}',
    do: 'Tutup Sanggar dan jalankan “sanggar library repair”: pustaka dibangun kembali dari gambar-gambarnya, yang tersimpan sebagai berkas terpisah.',
  },
  'error.library-newer': {
    what: 'Pustaka ini dibuat oleh versi Sanggar yang lebih baru.',
    why: 'Isi {path} lebih banyak daripada yang dikenal versi ini.',
    do: 'Buka dengan versi itu. Tidak ada yang diubah.',
  },
  'error.vault-locked': {
    what: 'Pustaka terkunci.',
    why: 'Kuncinya tidak ada di memori.',
    do: 'Buka dengan frasa sandi Anda.',
  },
  'error.vault-passphrase-wrong': {
    what: 'Frasa sandinya salah.',
    why: 'Tidak ada yang terbuka dengan frasa itu.',
    do: 'Coba lagi. Huruf besar dan spasi berpengaruh.',
  },
  'error.vault-passphrase-wait': {
    what: 'Frasa sandinya salah.',
    why: 'Setelah beberapa kali salah, percobaan berikutnya harus menunggu, makin lama makin panjang.',
    do: 'Coba lagi dalam {waitSeconds} detik.',
  },
  'error.vault-passphrase-missing': {
    what: 'Brankas belum dikunci.',
    why: 'Tanpa frasa sandi, siapa pun di komputer ini bisa membukanya lagi.',
    do: 'Buat frasa sandi dulu di layar Privasi.',
  },
  'error.vault-key-missing': {
    what: 'Kunci pustaka tidak ditemukan.',
    why: 'Seharusnya berada di {path}.',
    do: 'Kembalikan berkas kuncinya, atau buka pustaka dengan frasa sandi.',
  },
  'error.vault-key-damaged': {
    what: 'Kunci ini tidak membuka pustaka.',
    why: '{path} berubah isinya, milik pustaka lain, atau tidak dibuka oleh gantungan kunci sistem.',
    do: 'Kembalikan berkas kunci yang benar, atau pulihkan dari cadangan. Tidak ada yang diubah.',
  },
  'error.item-damaged': {
    what: 'Gambar ini tidak dapat ditampilkan.',
    why: 'Berkasnya ({id}) diubah di luar Sanggar atau rusak.',
    do: 'Pulihkan dari cadangan, atau hapus permanen.',
  },
  'error.backup-damaged': {
    what: 'Cadangan ini tidak dapat dipulihkan.',
    why: '{path} bukan cadangan Sanggar, atau isinya berubah atau terpotong: {detail}.',
    do: 'Gunakan salinan lain. Tidak ada yang berubah di pustaka.',
  },
  'error.disk-full': {
    what: 'Penyimpanan penuh.',
    why: 'Tidak ada ruang tersisa di {path}.',
    do: 'Kosongkan sebagian ruang, lalu coba lagi. Tidak ada berkas setengah jadi yang tertinggal.',
  },
  'error.path-not-writable': {
    what: 'Folder itu tidak dapat ditulisi.',
    why: 'Sistem menolak penulisan di {path}.',
    do: 'Pilih folder lain.',
  },
  'error.path-not-found': {
    what: 'Tempat itu tidak ada.',
    why: 'Tidak ada apa pun di {path}.',
    do: 'Periksa lokasi dan drive-nya.',
  },
  'error.already-exists': {
    what: 'Sudah ada.',
    why: '{path} sudah ada.',
    do: 'Pilih nama atau folder lain.',
  },
  'error.internal': {
    what: 'Terjadi kesalahan di dalam Sanggar.',
    why: 'Ini kesalahan program: {detail}',
    do: 'Coba lagi. Jika tetap terjadi, mohon laporkan teks di atas.',
  },
} as const satisfies Record<FailureKey, FailureText>
