import './help.css'
import { Compass, Newspaper, Search } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { MarkdownText } from '../components/markdown-text'
import { useLocale } from '../locales/context'
import { goTo } from '../shell/go-to'
import { useStudio } from '../state/studio'
import { loadArticles } from './help-articles'
import { type Article, searchSections, sectionsOf, snippetOf } from './help-search'

/** Help inside the app: a list, a search over all of it, one article. All of it travels with the program. */
export function HelpDialog() {
  const { overlay } = useStudio()
  const { t, language } = useLocale()
  const [articles, setArticles] = useState<readonly Article[]>([])
  const [open, setOpen] = useState('')
  const [text, setText] = useState('')
  useEffect(() => {
    void loadArticles(language).then(setArticles)
  }, [language])
  const sections = useMemo(() => articles.flatMap(sectionsOf), [articles])
  const hits = useMemo(() => searchSections(sections, text, language), [sections, text, language])
  const article = articles.find(({ id }) => id === open) ?? articles[0]
  const show = (id: string) => {
    setOpen(id)
    setText('')
  }
  /** the section that a hit led to */
  const sought = useRef<string | null>(null)
  const reading = useRef<HTMLElement>(null)
  useEffect(() => {
    const title = sought.current
    if (title === null || text !== '' || !reading.current) return
    sought.current = null
    // The hit is gone, and the keyboard with it.
    reading.current.focus()
    const headings = [...reading.current.querySelectorAll('h3, h4')]
    headings.find(({ textContent }) => textContent === title)?.scrollIntoView({ block: 'start' })
  }, [text])

  return (
    <Dialog
      title={t('help.title')}
      wide
      onClose={() => overlay.set(null)}
      footer={
        <>
          <Button
            icon={Compass}
            label={t('help.tour')}
            onClick={() => {
              goTo('create')
              overlay.set('tour')
            }}
          />
          <Button icon={Newspaper} label={t('help.news')} onClick={() => overlay.set('news')} />
          <span className="grow" />
          <Button label={t('common.close')} onClick={() => overlay.set(null)} />
        </>
      }
    >
      <label className="help-search">
        <Search size={16} aria-hidden="true" />
        <input
          type="search"
          className="text-input"
          aria-label={t('help.search')}
          placeholder={t('help.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {text.trim() !== '' ? (
        <div className="help-hits">
          <p className="small faint" role="status">
            {t('help.hits', { count: hits.length })}
          </p>
          <ul>
            {hits.map((hit) => (
              <li key={`${hit.article} ${hit.title}`}>
                <button
                  type="button"
                  className="help-hit"
                  onClick={() => {
                    sought.current = hit.title
                    show(hit.article)
                  }}
                >
                  <strong>{hit.title}</strong>
                  {hit.title !== hit.articleTitle && <span className="faint"> {hit.articleTitle}</span>}
                  <span className="soft help-snippet">{snippetOf(hit, text, language)}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <div className="help-body">
          <nav aria-label={t('help.articles')}>
            <ul className="help-list">
              {articles.map(({ id, title }) => (
                <li key={id}>
                  <button
                    type="button"
                    className="help-entry"
                    aria-current={id === article?.id ? 'true' : undefined}
                    onClick={() => show(id)}
                  >
                    {title}
                  </button>
                </li>
              ))}
            </ul>
          </nav>
          {article && (
            <article
              ref={reading}
              key={article.id}
              className="help-article"
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and has to by keyboard too
              tabIndex={0}
              aria-label={article.title}
            >
              <h3 className="help-title">{article.title}</h3>
              <MarkdownText text={article.text} />
            </article>
          )}
        </div>
      )}
    </Dialog>
  )
}
