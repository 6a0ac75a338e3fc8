/** A session with V8's inspector: in this process, another one, or a worker. */
export interface Inspector {
	/** @throws {InspectorError} if the command fails, or the session ends before it is answered */
	post(method: string, params?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
	/** Call `listener` with the parameters of each event of this name. */
	on(event: string, listener: (params: Readonly<Record<string, unknown>>) => void): void
}

/** The inspector rejected a command, or has disconnected. */
export class InspectorError extends Error {
	override name = 'InspectorError'
}
