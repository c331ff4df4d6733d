import { join } from 'node:path'
import { ensurePage } from '../../tools/page.ts'

/** Folder of the built page. */
export const pageDir = join(import.meta.dirname, '../../dist/page')

/** Builds the page when it is not the one its sources make; whoever comes at the same time waits. */
export async function buildPage(): Promise<void> {
  await ensurePage(() => undefined)
}
