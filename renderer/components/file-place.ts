/** A name in a folder, as the folder's own system separates them. The root of a drive keeps its separator. */
export function fileIn(folder: string, name: string): string {
  const separator = folder.includes('\\') ? '\\' : '/'
  return `${folder.replace(/[\\/]+$/, '')}${separator}${name}`
}

export const isFileName = (name: string): boolean =>
  /^[^\\/]+$/.test(name.trim()) && !/^\.+$/.test(name.trim())

/** The day of the person's own clock, which sorts: "2026-11-29". */
export function localDate(day: Date): string {
  const two = (part: number) => String(part).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
