/** All that was dropped, folders with what is below them. Its entries can only be had while the event is handled. */
export function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  if (entries.length === 0) return Promise.resolve([...transfer.files])
  return Promise.all(entries.map(filesIn)).then((files) => files.flat())
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  // What has gone meanwhile, or may not be read, is left out.
  if (isFile(entry))
    return new Promise((resolve) =>
      entry.file(
        (file) => resolve([file]),
        () => resolve([]),
      ),
    )
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const below: FileSystemEntry[] = []
  for (;;) {
    // At most a hundred at a time, until none is left.
    const some = await new Promise<FileSystemEntry[]>((resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    )
    if (some.length === 0) break
    below.push(...some)
  }
  return (await Promise.all(below.map(filesIn))).flat()
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
