/** hidden_states.0 … n in order; empty when the export has none. */
export function hiddenStates(available: string[]): string[] {
  const layer = (name: string): number => Number(/^hidden_states[._](\d+)$/.exec(name)?.[1] ?? -1)
  return available.filter((name) => layer(name) >= 0).sort((a, b) => layer(a) - layer(b))
}
