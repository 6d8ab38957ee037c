import { escapeXml } from './xmp.ts'

export type StaticPicture = {
  /** relative to the page, already in the shape of a URL */
  file: string
  width: number
  height: number
  title: string
  text: string
  /** what a screen reader says; "" where no words of the person may be used: the picture is numbered */
  alt: string
}

const numbered = { en: 'Picture', id: 'Gambar' }

/**
 * A page of pictures that opens from a disk as from a server: no script, nothing from elsewhere, every word escaped.
 * Its policy would keep even an escape that was forgotten from loading anything.
 */
export function* staticPage(
  title: string,
  language: 'en' | 'id',
  pictures: Iterable<StaticPicture>,
  footer = '',
): Generator<string> {
  const name = escapeXml(title)
  yield `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Sanggar">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${name}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; padding: 1.5rem; max-width: 90rem; }
h1 { font-size: 1.5rem; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1.5rem 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); }
figure { margin: 0; }
img { width: 100%; height: auto; display: block; border-radius: 0.5rem; background: #8883; }
figcaption { margin-top: 0.4rem; overflow-wrap: anywhere; }
figcaption strong { display: block; }
footer { margin-top: 2rem; }
</style>
</head>
<body>
<h1>${name}</h1>
<ul>
`
  let position = 0
  for (const picture of pictures) {
    position += 1
    // Never empty: it is the name of the link around it.
    const label = escapeXml(picture.alt === '' ? `${numbered[language]} ${position}` : picture.alt)
    const heading = picture.title === '' ? '' : `<strong>${escapeXml(picture.title)}</strong>`
    const words = `${heading}${escapeXml(picture.text)}`
    const file = picture.file.split('/').map(encodeURIComponent).join('/')
    yield `<li><figure><a href="${file}"><img src="${file}" alt="${label}" width="${picture.width}" height="${picture.height}" loading="lazy"></a>${
      words === '' ? '' : `<figcaption>${words}</figcaption>`
    }</figure></li>\n`
  }
  if (footer !== '') yield `</ul>\n<footer>${escapeXml(footer)}</footer>\n`
  else yield '</ul>\n'
  yield `</body>\n</html>\n`
}
