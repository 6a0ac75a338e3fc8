import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openMarker, type PartReport, partExtension, reportExtension } from '../preload/report.js'

/** What one thread has left behind. */
export interface ThreadParts {
	readonly report: PartReport
	/** Files in order: more than one if they were rotated, none if nothing was written. */
	readonly paths: readonly string[]
}

/** A directory in which the threads of a program, and of the processes that it starts, leave their parts of a trace. */
export class Parts {
	readonly path: string

	/** @throws if it cannot be created */
	constructor(prefix: string) {
		this.path = mkdtempSync(prefix)
		writeFileSync(join(this.path, openMarker), '')
	}

	/** The reports as of now, in the order in which the threads started. */
	reports(): PartReport[] {
		return this.#reports().map(({ report }) => report)
	}

	/** Whether it still exists. */
	get present(): boolean {
		return existsSync(join(this.path, openMarker))
	}

	/**
	 * Why threads could not leave their reports, and how many; null if all could. Call this after all threads have ended.
	 */
	unreported(): { readonly threads: number; readonly error: string } | null {
		const threads = this.#files().filter(file => file.endsWith(reportExtension)).length - this.reports().length
		if (threads === 0) return null
		try {
			// The disk is most likely full for us too.
			writeFileSync(join(this.path, 'trial'), Buffer.alloc(4096))
			return { threads, error: 'its report is not complete' }
		} catch (error) {
			return { threads, error: (error as Error).message }
		}
	}

	/** Reports and their parts. Parts to which nothing could be written are left out. */
	threads(): ThreadParts[] {
		const files = this.#files()
		return this.#reports(files).map(({ name, report }) => {
			const mine = files.filter(
				file => file.endsWith(partExtension) && file.startsWith(name) && /^(\.\d+)?\./.test(file.slice(name.length)),
			)
			return { report, paths: mine.map(file => join(this.path, file)).filter(path => statSync(path).size > 0) }
		})
	}

	/** The recording is over: threads that still run notice it within a second. */
	close(): void {
		rmSync(join(this.path, openMarker), { force: true })
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true })
	}

	#files(): string[] {
		return existsSync(this.path) ? readdirSync(this.path).sort() : []
	}

	#reports(files: readonly string[] = this.#files()): { name: string; report: PartReport }[] {
		const found: { name: string; report: PartReport }[] = []
		for (const file of files) {
			if (!file.endsWith(reportExtension)) continue
			const report = read(join(this.path, file))
			if (report !== null) found.push({ name: file.slice(0, -reportExtension.length), report })
		}
		return found
	}
}

/** Null if it is just being written, or there was no room for it. */
function read(path: string): PartReport | null {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as PartReport
	} catch {
		return null
	}
}
