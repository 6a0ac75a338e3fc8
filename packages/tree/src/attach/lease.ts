import { type Inspector, InspectorError } from '../live/inspector.js'

/** How long a lease is valid, in milliseconds. */
const period = 15_000

/**
 * The code that runs in the process: it closes the inspector on request, or when the lease was not renewed for some
 * time, from the beginning on, because the process that opened the inspector was killed. While the process is stopped
 * for a snapshot, that time does not pass.
 */
const source = `(() => {
	const builtin = name => (process.getBuiltinModule ?? require)(name)
	const inspector = builtin('node:inspector')
	const { setTimeout, clearTimeout } = builtin('node:timers')
	let timer
	const arm = ms => {
		clearTimeout(timer)
		const due = performance.now() + ms
		timer = setTimeout(() => (performance.now() - due > 1000 ? arm(ms) : inspector.close()), ms)
		timer.unref()
	}
	arm(${period})
	return { arm, close() { clearTimeout(timer); inspector.close() } }
})()`

/** The right to keep the inspector of a process open. It expires by itself. */
export class Lease {
	readonly #inspector: Inspector
	readonly #objectId: string

	private constructor(inspector: Inspector, objectId: string) {
		this.#inspector = inspector
		this.#objectId = objectId
	}

	static async take(inspector: Inspector): Promise<Lease> {
		const { result, exceptionDetails } = await inspector.post('Runtime.evaluate', {
			expression: source,
			includeCommandLineAPI: true,
		})
		const { objectId } = result as { readonly objectId?: string }
		if (exceptionDetails !== undefined || objectId === undefined)
			throw new InspectorError('the process refuses to close its inspector')
		return new Lease(inspector, objectId)
	}

	async renew(): Promise<void> {
		await this.#call(`function () { this.arm(${period}) }`)
	}

	/** Close the inspector. There is no response, because the connection ends. */
	end(): void {
		this.#call('function () { this.close() }').catch(() => {})
	}

	async #call(functionDeclaration: string): Promise<void> {
		await this.#inspector.post('Runtime.callFunctionOn', { objectId: this.#objectId, functionDeclaration })
	}
}
