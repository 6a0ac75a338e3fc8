/** Why a process cannot be looked into, or did not do what it was asked for. */
export class LiveError extends Error {
	override readonly name = 'LiveError'
}
