// V8's sampler in this thread, running continuously: consecutive profiles, each of which can be read after something
// happened in it.
import type * as Inspector from 'node:inspector'

/** In the inspector's format: times in microseconds of the machine's monotonic clock. */
export type CpuProfile = Inspector.Profiler.Profile
export type ProfileNode = CpuProfile['nodes'][number]

interface Finished {
	readonly params: { readonly title?: string; readonly profile: CpuProfile }
}

/**
 * The console of the inspector alone. It starts a second profile in a fraction of the time that the first one takes.
 */
interface InspectorConsole {
	profile(title: string): void
	profileEnd(title: string): void
}

export class Profiler {
	readonly #session: Inspector.Session
	readonly #console: InspectorConsole
	/** Belongs to another session of this process. */
	readonly #name: string
	#number = 0
	#take: ((profile: CpuProfile) => void) | null = null

	/**
	 * Starts the profiler. V8 stops the thread for some tens of milliseconds.
	 *
	 * @param interval microseconds between two samples
	 * @throws the inspector's error where it cannot be used, as under the permission model
	 */
	constructor(interval: number) {
		// Loaded only here: not every Node has it, and loading takes time.
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

	/** Begin the next profile, and return the one that ends. */
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
