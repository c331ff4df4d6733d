/** Whether bytes are well-formed UTF-8 (Unicode, table 3-7): what a decoder takes that is `fatal`. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length;) {
    const length = lengthAt(bytes, at)
    if (length === 0) return false
    at += length
  }
  return true
}

/** Bytes of the character that begins at a place; 0 where none does. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0
  if (lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4) return 0
  const second = bytes[at + 1] ?? 0
  if (lead < 0xe0) return isContinuation(second) ? 2 : 0
  // The shortest form only, no surrogates, nothing beyond U+10FFFF.
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most || !isContinuation(bytes[at + 2] ?? 0)) return 0
  if (lead < 0xf0) return 3
  return isContinuation(bytes[at + 3] ?? 0) ? 4 : 0
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
