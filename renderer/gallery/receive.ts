import type { Failure } from '../../contract/errors'
import type { Api } from '../api'

export type Received = { added: number; known: number; unreadable: string[]; failure?: Failure }

const ofTheFile = new Set<Failure['code']>([
  'picture-unreadable',
  'picture-too-large',
  'picture-file-too-large',
])

/** One after the other: what is no picture is named and does not stop the rest; what concerns all of them does. */
export async function bringIn(
  api: Pick<Api, 'upload'>,
  files: readonly File[],
  tell: (done: number) => void,
): Promise<Received> {
  const received: Received = { added: 0, known: 0, unreadable: [] }
  for (const [index, file] of files.entries()) {
    tell(index)
    const answer = await api.upload('import', file, file.name)
    if (answer.ok && answer.value.duplicate) received.known += 1
    else if (answer.ok) received.added += 1
    else if (ofTheFile.has(answer.failure.code)) received.unreadable.push(file.name)
    else return { ...received, failure: answer.failure }
  }
  return received
}
