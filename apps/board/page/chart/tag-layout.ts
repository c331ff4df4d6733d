/**
 * Places tags of equal height beside what they name: as near as they can be, none over another,
 * all within the bounds as far as there is room. The order of `wanted` is kept.
 *
 * @param wanted centres, ascending
 * @returns centres
 */
export function placeTags(
  wanted: readonly number[],
  height: number,
  bounds: { readonly top: number; readonly bottom: number },
): number[] {
  const placed = [...wanted]
  let floor = bounds.top + height / 2
  for (let i = 0; i < placed.length; i++) {
    placed[i] = Math.max(floor, placed[i] ?? 0)
    floor = (placed[i] ?? 0) + height
  }
  let ceiling = bounds.bottom - height / 2
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(ceiling, placed[i] ?? 0)
    ceiling = (placed[i] ?? 0) - height
  }
  return placed
}
