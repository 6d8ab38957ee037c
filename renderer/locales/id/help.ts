export const help = {
  'help.title': 'Bantuan',
  'help.open': 'Bantuan (F1)',
  'help.search': 'Cari di Bantuan',
  'help.articles': 'Artikel',
  'help.hits': { other: '{count} tempat ditemukan' },
  'help.tour': 'Ajak saya berkeliling',
  'help.news': 'Apa yang baru',
  'news.title': 'Apa yang baru',
  'tour.start': 'Ajak saya berkeliling (2 menit)',
  'tour.step': '{step} dari {steps}',
  'tour.next': 'Lanjut',
  'tour.back': 'Kembali',
  'tour.skip': 'Lewati',
  'tour.done': 'Selesai',
  'tour.prompt': 'Katakan apa yang ingin Anda lihat',
  'tour.promptText':
    'Dalam bahasa Indonesia atau Inggris. Kata yang tidak dikenal model digarisbawahi, dan baris di bawahnya menyebutkannya.',
  'tour.chips': 'Seperti apa jadinya',
  'tour.chipsText':
    'Model, bentuk, jumlah gambar, gaya, dan gambar awal. Ikon penggeser berisi langkah, seed, dan lainnya.',
  'tour.generate': 'Buat',
  'tour.generateText':
    'Di sebelah tombol tertulis perkiraan waktunya di komputer ini. Anda boleh menekannya lagi sambil menunggu: gambar berikutnya masuk antrean.',
  'tour.canvas': 'Hasilnya muncul di sini',
  'tour.canvasText':
    'Selama dibuat Anda melihat pratinjau, langkah, dan sisa waktu. Gambar jadi masuk Galeri dengan sendirinya, terenkripsi.',
  'tour.screens': 'Layar lainnya',
  'tour.screensText':
    'Sunting untuk melukis dan memulihkan, Galeri untuk mencari, Model untuk berkas model Anda sendiri, Privasi untuk melihat dan menghapus semua yang disimpan.',
  'tour.seal': 'Tak ada yang keluar',
  'tour.sealText':
    'Ini menghitung permintaan yang keluar dari komputer Anda lewat Sanggar. Angkanya tetap nol. Tekan F1 kapan saja untuk bantuan.',
} as const
