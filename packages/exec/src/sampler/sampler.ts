// V8's sampler in this thread, without an end: profiles that follow on each other, each of which can be asked for when something has happened in it.
import type * as Inspector from 'node:inspector'

/** As the inspector has it: times in microseconds of the machine's monotonic clock. */
export type CpuProfile = Inspector.Profiler.Profile

interface Finished {
	readonly params: { readonly title?: string; readonly profile: CpuProfile }
}

/** Console that only inspectors hear. It starts a profile beside another one in a fraction of the time that the first takes. */
interface InspectorConsole {
	profile(title: string): void
	profileEnd(title: string): void
}

export class Sampler {
	readonly #session: Inspector.Session
	readonly #console: InspectorConsole
	/** Of another session of this process. */
	readonly #name: string
	#number = 0
	#take: ((profile: CpuProfile) => void) | null = null

	/**
	 * Starts it, for which V8 stops the thread for some tens of milliseconds.
	 *
	 * @param interval microseconds between two samples
	 * @throws what the inspector throws where it cannot be used, as under the permission model
	 */
	constructor(interval: number) {
		// Loaded only here: it is not in each Node, and takes its time.
		const inspector = process.getBuiltinModule('node:inspector')
		this.#name = `tsgotrace.${Math.random()}`
		this.#console = inspector.console
		this.#session = new inspector.Session()
		this.#session.connect()
		this.#session.post('Profiler.enable')
		this.#session.post('Profiler.setSamplingInterval', { interval })
		this.#session.on('Profiler.consoleProfileFinished', ({ params }: Finished) => {
			if (params.title?.startsWith(this.#name) !== true) return
			const take = this.#take
			this.#take = null
			take?.(params.profile)
		})
		this.#console.profile(this.#title())
	}

	/** Begin the next profile, and hand over the one that ends. */
	rotate(take: (profile: CpuProfile) => void): void {
		const previous = this.#title()
		this.#number++
		this.#console.profile(this.#title())
		this.#take = take
		this.#console.profileEnd(previous)
	}

	stop(): void {
		this.#take = null
		this.#session.disconnect()
	}

	#title(): string {
		return `${this.#name}.${this.#number}`
	}
}
