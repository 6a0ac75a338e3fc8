import { realpathSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { ToolError } from './tool.js'

/** A file that can be asked about. */
export interface RoomFile {
	/** Relative to the directory: by this it is asked for. */
	readonly id: string
	readonly bytes: number
	readonly modified: string
}

const isTrace = /\.(perfetto-trace|pftrace)(\.gz)?$/
const isSnapshot = /\.heapsnapshot$/
/** Directories below the first. */
const deepest = 6
const maxFiles = 1000

/** The directory whose files an agent may ask about. Nothing outside of it is read. */
export class TraceDirectory {
	readonly directory: string

	constructor(directory: string) {
		this.directory = realpathSync(directory)
	}

	/** The traces and heap snapshots in it, the newest first. */
	async files(): Promise<RoomFile[]> {
		const found: RoomFile[] = []
		await this.#search(this.directory, 0, found)
		return found.sort((a, b) => (a.modified < b.modified ? 1 : -1))
	}

	/** @throws {ToolError} if there is no such file in the directory */
	path(id: string): string {
		const path = resolve(this.directory, id)
		const hint = 'list_traces lists those that there are'
		if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
			throw new ToolError(`there is no file '${id}'; ${hint}`)
		// Wherever links lead to.
		if (!realpathSync(path).startsWith(this.directory + sep))
			throw new ToolError(`'${id}' is outside of the directory of this server; ${hint}`)
		return path
	}

	async #search(directory: string, depth: number, found: RoomFile[]): Promise<void> {
		for (const entry of await readdir(directory, { withFileTypes: true })) {
			if (found.length >= maxFiles) return
			const path = join(directory, entry.name)
			if (entry.isDirectory()) {
				if (depth < deepest && !entry.name.startsWith('.') && entry.name !== 'node_modules')
					await this.#search(path, depth + 1, found)
			} else if (entry.isFile() && (isTrace.test(entry.name) || isSnapshot.test(entry.name))) {
				const { size, mtime } = statSync(path)
				found.push({ id: relative(this.directory, path), bytes: size, modified: mtime.toISOString() })
			}
		}
	}
}
