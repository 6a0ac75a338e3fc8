import type { GoThread } from './model.js'
import type { GoWriter } from './writer.js'

/** Rows of the viewer for concurrent items. A free one is reused. */
export class Rows {
	readonly #writer: GoWriter
	readonly #free: GoThread[] = []

	constructor(writer: GoWriter) {
		this.#writer = writer
	}

	/** A thread with a proc that runs nothing. */
	take(): GoThread {
		const row = this.#free.pop() ?? this.#writer.addProc()
		this.#writer.startProc(row)
		return row
	}

	/** @param row no longer runs anything */
	release(row: GoThread): void {
		this.#writer.stopProc(row)
		this.#free.push(row)
	}
}
