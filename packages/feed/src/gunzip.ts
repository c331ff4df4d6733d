import { createGunzip } from 'node:zlib'

/** Compressed bytes handed over at a time: bounds what one step can inflate to (about 1000 times). */
const SLICE_BYTES = 64 * 1024
const OUTPUT_BYTES = 256 * 1024

/**
 * Decompresses gzip, of one or several members. Everything before a fault is given before it is
 * thrown, which a piped stream does not promise.
 *
 * @param chunks may reuse their buffer from one chunk to the next
 * @throws Error of zlib where the input is cut or damaged
 */
export async function* gunzip(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES })
  const ready: Uint8Array[] = []
  const faults: Error[] = []
  stream.on('data', (bytes: Uint8Array) => ready.push(bytes))
  stream.on('error', (error) => faults.push(error))
  const step = async (act: (done: () => void) => void): Promise<void> => {
    await new Promise<void>((resolve) => {
      stream.once('close', resolve)
      act(() => {
        stream.off('close', resolve)
        resolve()
      })
    })
  }
  try {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES)
        await step((done) => stream.write(slice, () => done()))
        yield* ready.splice(0)
        throwFirst(faults)
      }
    }
    await step((done) => {
      stream.once('end', done)
      stream.end()
    })
    yield* ready.splice(0)
    throwFirst(faults)
  } finally {
    stream.destroy()
  }
}

function throwFirst([fault]: readonly Error[]): void {
  if (fault !== undefined) throw fault
}
