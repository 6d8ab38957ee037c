import { createContext, useContext } from 'react'
import { type Locale, createLocale } from './translate'

export const LocaleContext = createContext<Locale>(createLocale('en'))

export function useLocale(): Locale {
  return useContext(LocaleContext)
}
