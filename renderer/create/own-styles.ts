import { useMemo } from 'react'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { type Style, fromOwn, styles } from './styles'

/** Those that ship, then one's own. */
export function useStyles(): readonly Style[] {
  const own = useStore(useStudio().ownStyles).styles
  return useMemo(() => [...styles, ...own.map(fromOwn)], [own])
}
