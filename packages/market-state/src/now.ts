/**
 * The present time, ns since the run's epoch. Handed around as an object where every event passes:
 * a double given to a function is allocated wherever the engine does not inline the call.
 */
export interface Now {
  readonly tsRelNs: number
}
