import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readTrace } from '@tsgotrace/trace/read'
import { type PageOptions, page } from '../src/index.js'

/** A folder for traces and pages, made on first use. */
export class Folder {
	#path: string | undefined

	get path(): string {
		return (this.#path ??= mkdtempSync(join(tmpdir(), 'tsgotrace-view-')))
	}

	/** Record the shop. @returns the path of the trace */
	async shop(requests: number): Promise<string> {
		const to = join(this.path, 'shop.perfetto-trace')
		await promisify(execFile)(process.execPath, [
			fileURLToPath(new URL('shop.mjs', import.meta.url)),
			to,
			String(requests),
		])
		return to
	}

	/** Record tasks that share a lock. @returns the path of the trace */
	async lock(tasks: number): Promise<string> {
		const to = join(this.path, 'lock.perfetto-trace')
		await promisify(execFile)(process.execPath, [
			fileURLToPath(new URL('fixtures/lock.mjs', import.meta.url)),
			to,
			String(tasks),
		])
		return to
	}

	/** Write the page of a trace. @returns its path */
	async page(trace: string | Uint8Array, title: string, options: PageOptions = {}): Promise<string> {
		return this.write(title, await page(readTrace(trace), { title, ...options }))
	}

	/** Write a page. @returns its path */
	write(title: string, html: Iterable<string>): string {
		const path = join(this.path, `${title}.html`)
		writeFileSync(path, [...html].join(''))
		return path
	}

	remove(): void {
		if (this.#path !== undefined) rmSync(this.#path, { recursive: true, force: true })
	}
}
