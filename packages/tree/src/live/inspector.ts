/** A session with V8's inspector: of this process, of another one, or of a worker. */
export interface Inspector {
	/** @throws {InspectorError} if the command fails, or the session ends before it is answered */
	post(method: string, params?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
	/** Call `listener` with the parameters of each event of this name. */
	on(event: string, listener: (params: Readonly<Record<string, unknown>>) => void): void
}

/** What the inspector refused, or that it has gone. */
export class InspectorError extends Error {
	override name = 'InspectorError'
}
