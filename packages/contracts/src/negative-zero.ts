/** JSON can carry a negative zero; a message in memory has ordinary ones only. */
export function withoutNegativeZero(value: number): number {
  return value + 0
}
