import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { type Search as Query, type Token, showToken, takeTokens, tokenKeys } from './search-tokens'

const settleTime = 150

/** The search: finished tokens stand as chips before the words. */
export function SearchBox({ start, onSearch }: { start: Query; onSearch: (query: Query) => void }) {
  const { t } = useLocale()
  const [query, setQuery] = useState(start)
  /** the list of tokens: while nothing is typed, until Escape */
  const [help, setHelp] = useState(false)
  const input = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const timer = setTimeout(() => onSearch(query), settleTime)
    return () => clearTimeout(timer)
  }, [query, onSearch])

  const type = (words: string) => {
    const taken = takeTokens(words)
    setQuery({ tokens: [...query.tokens, ...taken.tokens], words: taken.words })
  }
  const remove = (token: Token) => {
    setQuery({ ...query, tokens: query.tokens.filter((other) => other !== token) })
    input.current?.focus()
  }
  const empty = query.words === '' && query.tokens.length === 0

  return (
    <search
      className="search"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setHelp(false)
      }}
    >
      <div className="search-box">
        <Search size={16} aria-hidden="true" />
        {query.tokens.map((token, index) => (
          <button
            key={`${index}${showToken(token)}`}
            type="button"
            className="search-token"
            aria-label={t('gallery.tokenRemove', { token: showToken(token) })}
            onClick={() => remove(token)}
          >
            {showToken(token)}
            <X size={12} aria-hidden="true" />
          </button>
        ))}
        <input
          ref={input}
          type="text"
          role="searchbox"
          aria-label={t('gallery.search')}
          placeholder={query.tokens.length === 0 ? t('gallery.searchPlaceholder') : ''}
          spellCheck={false}
          autoComplete="off"
          value={query.words}
          onFocus={() => setHelp(true)}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') type(`${query.words} `)
            if (event.key === 'Escape') {
              event.stopPropagation()
              setHelp(false)
              if (!empty) setQuery({ tokens: [], words: '' })
            }
            const last = query.tokens.at(-1)
            if (event.key === 'Backspace' && query.words === '' && last) {
              event.preventDefault()
              setQuery({ tokens: query.tokens.slice(0, -1), words: showToken(last) })
            }
          }}
        />
        {!empty && (
          <IconButton
            icon={X}
            size={16}
            label={t('gallery.searchClear')}
            onClick={() => {
              setQuery({ tokens: [], words: '' })
              input.current?.focus()
            }}
          />
        )}
      </div>
      {help && empty && (
        <div className="search-help popover below start">
          <p className="field-label">{t('gallery.tokens')}</p>
          <ul>
            {tokenKeys.map((key) => (
              <li key={key}>
                <button
                  type="button"
                  onClick={() => {
                    setQuery({ tokens: [], words: `${key}:` })
                    input.current?.focus()
                  }}
                >
                  <code>{key}:</code>
                  <span className="faint">{t(`gallery.token.${key}`)}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </search>
  )
}
