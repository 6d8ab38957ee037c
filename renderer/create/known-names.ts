import { useMemo } from 'react'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { KnownNames } from './prompt-segments'

/** What a prompt may name: word lists, and adapters by their file's name, their own or their id. */
export function useKnownNames(): KnownNames {
  const { models, wildcards } = useStudio()
  const lists = useStore(wildcards)
  const all = useStore(models)
  return useMemo(() => {
    const adapters = (all ?? [])
      .filter(({ passport }) => passport.kind === 'adapter')
      .flatMap(({ id, name, passport }) => [id, name, fileName(passport.path)])
    return {
      lists: new Set(lists.map(({ name }) => name.toLowerCase())),
      ...(all && { adapters: new Set(adapters.map((name) => name.toLowerCase())) }),
    }
  }, [lists, all])
}

const fileName = (path: string) => (path.split(/[\\/]/).at(-1) ?? '').replace(/\.[^.]+$/, '')
