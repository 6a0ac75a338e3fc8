/** The file is not a heap snapshot, or an incomplete one. */
export class SnapshotError extends Error {
	override name = 'SnapshotError'
	/** Position in the file, in bytes from its start. */
	readonly offset: number

	constructor(message: string, offset: number) {
		super(`${message} (at byte ${offset})`)
		this.offset = offset
	}
}
