import type { DbnVersion } from './codes.ts'
import { RType } from './codes.ts'

// An imported constant is read from its module at every use; a module's own is folded into code.
const MBO: number = RType.Mbo
const MBP0: number = RType.Mbp0
const MBP1: number = RType.Mbp1
const MBP10: number = RType.Mbp10
const CMBP1: number = RType.Cmbp1
const TCBBO: number = RType.Tcbbo

/**
 * The record a decoder stands on: a window into its input, so that reading one allocates
 * nothing. The same object for every record; what it shows is valid until the decoder moves.
 */
export class RecordCursor {
  /** The bytes the record lies in. For readers. */
  view: DataView
  /** Where in `view` the record begins. For readers. */
  at = 0
  /** Bytes, header and `ts_out` included. */
  length = 0
  /** One of `RType`. */
  rtype: number = RType.Mbp0
  version: DbnVersion = 3
  /** Offset of `view` in the uncompressed stream. */
  viewOffset = 0

  constructor() {
    this.view = new DataView(new ArrayBuffer(0))
  }

  /** Offset of the record in the uncompressed stream. */
  get byteOffset(): number {
    return this.viewOffset + this.at
  }

  /** Dataset and venue, as the vendor numbers them. */
  get publisherId(): number {
    return this.view.getUint16(this.at + 2, true)
  }

  get instrumentId(): number {
    return this.view.getUint32(this.at + 4, true)
  }

  /** Venue event time, ns since 1970. Allocates: for edges. */
  get tsEventNs(): bigint {
    return this.view.getBigUint64(this.at + 8, true)
  }

  /**
   * Capture time, ns since 1970; the event time where the record has none. Allocates: for edges.
   */
  get tsRecvNs(): bigint {
    const at = tsRecvAt(this.rtype)
    return this.view.getBigUint64(this.at + (at === 0 ? 8 : at), true)
  }

  /** Character code, one of `Action`; 0 where the record has none. */
  get action(): number {
    const { rtype } = this
    if (rtype === MBO) return this.view.getUint8(this.at + 38)
    return isTradeLike(rtype) ? this.view.getUint8(this.at + 28) : 0
  }

  /** Character code, one of `RecordSide`; 0 where the record has none. */
  get side(): number {
    const { rtype } = this
    if (rtype === MBO) return this.view.getUint8(this.at + 39)
    return isTradeLike(rtype) ? this.view.getUint8(this.at + 29) : 0
  }

  /** Bits of `RecordFlag`; 0 where the record has none. */
  get flags(): number {
    const { rtype } = this
    if (rtype === MBO) return this.view.getUint8(this.at + 36)
    return isTradeLike(rtype) ? this.view.getUint8(this.at + 30) : 0
  }

  /**
   * The venue's packet sequence, shared by the records of one packet; 0 where the record has
   * none.
   */
  get sequence(): number {
    const { rtype } = this
    if (rtype === MBO) return this.view.getUint32(this.at + 52, true)
    return isTradeLike(rtype) && !isConsolidated(rtype)
      ? this.view.getUint32(this.at + 44, true)
      : 0
  }
}

function isConsolidated(rtype: number): boolean {
  return rtype === CMBP1 || rtype === TCBBO
}

/** True for the records that begin with price, size, action, side and flags. */
function isTradeLike(rtype: number): boolean {
  return rtype === MBP10 || rtype === MBP0 || rtype === MBP1 || isConsolidated(rtype)
}

function tsRecvAt(rtype: number): number {
  if (rtype === MBO) return 40
  if (isTradeLike(rtype)) return 32
  return rtype === RType.InstrumentDef ? 16 : 0
}
