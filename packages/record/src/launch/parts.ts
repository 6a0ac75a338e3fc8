import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OPEN, PART, REPORT, type ThreadReport } from '../preload/report.js'

/** What one thread has left. */
export interface ThreadParts {
	readonly report: ThreadReport
	/** Files that follow on each other: more than one if they were rotated, none if nothing was written. */
	readonly paths: readonly string[]
}

/** A directory in which the threads of a program, and of those that it starts, leave their parts of a trace. */
export class Parts {
	readonly path: string

	/** @throws if it cannot be made */
	constructor(prefix: string) {
		this.path = mkdtempSync(prefix)
		writeFileSync(join(this.path, OPEN), '')
	}

	/** The reports as they are now, in the order in which the threads started. */
	reports(): ThreadReport[] {
		return this.#reports().map(({ report }) => report)
	}

	/** Reports, and the parts that belong to them. */
	threads(): ThreadParts[] {
		const files = readdirSync(this.path).sort()
		return this.#reports(files).map(({ name, report }) => {
			const mine = files.filter(file => file.endsWith(PART) && file.startsWith(name) && /^(\.\d+)?\./.test(file.slice(name.length)))
			return { report, paths: mine.map(file => join(this.path, file)) }
		})
	}

	/** The recording is over: threads that run on notice it within a second. Those that have not ended are told. */
	close(): void {
		rmSync(join(this.path, OPEN), { force: true })
	}

	remove(): void {
		rmSync(this.path, { recursive: true, force: true })
	}

	#reports(
		files: readonly string[] = existsSync(this.path) ? readdirSync(this.path).sort() : [],
	): { name: string; report: ThreadReport }[] {
		const found: { name: string; report: ThreadReport }[] = []
		for (const file of files) {
			if (!file.endsWith(REPORT)) continue
			const report = read(join(this.path, file))
			if (report !== null) found.push({ name: file.slice(0, -REPORT.length), report })
		}
		return found
	}
}

/** Null: it is just being written. */
function read(path: string): ThreadReport | null {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as ThreadReport
	} catch {
		return null
	}
}
