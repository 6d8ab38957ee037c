import { useRef } from 'react'
import { useStudio } from '../state/studio'

const remembered = 50

/** Alt+Up and Alt+Down: earlier prompts, and back to what was being written. */
export function usePromptHistory(written: string, write: (prompt: string) => void) {
  const { api } = useStudio()
  const walk = useRef<{ prompts: string[]; at: number } | null>(null)

  return {
    /** -1 earlier, +1 later */
    async step(direction: -1 | 1) {
      if (walk.current === null) {
        const answer = await api.call('prompts.suggest', { text: '', limit: remembered })
        if (!answer.ok) return
        walk.current = { prompts: [written, ...answer.value.filter((prompt) => prompt !== written)], at: 0 }
      }
      const { prompts, at } = walk.current
      const next = Math.min(Math.max(at - direction, 0), prompts.length - 1)
      walk.current.at = next
      write(prompts[next] ?? written)
    },
    /** Typing starts a new walk. */
    forget() {
      walk.current = null
    },
  }
}
