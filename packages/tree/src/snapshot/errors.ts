/** A file that is not a heap snapshot, or not all of one. */
export class SnapshotError extends Error {
	override name = 'SnapshotError'
	/** Where in the file, in bytes from its start. */
	readonly offset: number

	constructor(message: string, offset: number) {
		super(`${message} (at byte ${offset})`)
		this.offset = offset
	}
}
