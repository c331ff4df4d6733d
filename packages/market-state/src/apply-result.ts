/** What became of an event: applied, or refused with the code that is counted and reported. */
export const ApplyResult = { Applied: 'APPLIED', Late: 'LATE', Duplicate: 'DUPLICATE' } as const
export type ApplyResult = (typeof ApplyResult)[keyof typeof ApplyResult]
