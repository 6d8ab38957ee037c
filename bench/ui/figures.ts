export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * at), sorted.length - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
export const ms = (value: number, digits = 0): string => `${value.toFixed(digits)} ms`
export const mb = (value: number): string => `${(value / 1e6).toFixed(1)} MB`
