import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readTrace } from '@tsgotrace/trace/read'
import { page } from '../src/index.js'

/** A folder for traces and pages, removed when the test has ended. */
export class Folder {
	readonly path: string = mkdtempSync(join(tmpdir(), 'tsgotrace-view-'))

	/** Record the shop. @returns the path of the trace */
	async shop(requests: number): Promise<string> {
		const to = join(this.path, 'shop.perfetto-trace')
		await promisify(execFile)(process.execPath, [fileURLToPath(new URL('shop.mjs', import.meta.url)), to, String(requests)])
		return to
	}

	/** Write the page of a trace. @returns its path */
	async page(trace: string | Uint8Array, title: string): Promise<string> {
		const path = join(this.path, `${title}.html`)
		writeFileSync(path, [...(await page(readTrace(trace), { title }))].join(''))
		return path
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true })
	}
}
