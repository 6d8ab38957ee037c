/** L2 length of the difference, in lengths of what is right. Two empty answers are equal. */
export function relativeError(actual: ArrayLike<number>, right: ArrayLike<number>): number {
  let [difference, length] = [0, 0]
  for (let i = 0; i < right.length; i++) {
    difference += ((actual[i] ?? Number.NaN) - (right[i] as number)) ** 2
    length += (right[i] as number) ** 2
  }
  return length === 0 ? Math.sqrt(difference) : Math.sqrt(difference / length)
}
