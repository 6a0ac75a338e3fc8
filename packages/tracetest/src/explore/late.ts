import type { Asked } from '../platform/context.js'
import { canIntercept, delayOf, intercept } from '../platform/intercept.js'
import type { DeviationMark } from './moment.js'
import type { Hold } from './schedule.js'

/** A timer that is due within so many milliseconds may come before what a slow turn of the event loop lets come late. */
const soon = 20

/** What is known of a callback that was asked for. */
interface Request {
	/** In the order in which they were asked for. */
	readonly at: number
	/** Of a timer: in how many milliseconds. */
	readonly ms: number
	/** Whether a callback of I/O has asked for it: immediates come before all timers then. */
	readonly afterIo: boolean
}

/** A callback that is late. */
export interface Late {
	readonly hold: Hold
	readonly mark: DeviationMark
	readonly resource: Asked
	readonly request: Request
	/** Since this many had been asked for; undefined: it is not held, or no longer. */
	heldAt: number | undefined
	/** Lets it come. */
	call: () => void
	/** Those that Node calls after it, and that have come meanwhile. */
	readonly behind: (() => void)[]
	/** An immediate comes once all of these have: more fits into no turn of the event loop. */
	before: ReadonlySet<Asked> | undefined
}

/**
 * Which callbacks of real timers and I/O of an execution are late.
 *
 * How long a request takes is for the system to say, and a busy process is late with its timers and immediates. The
 * order that Node guarantees stays: that of immediates among each other, and that of timers of which the earlier one is
 * not longer.
 */
export class LateCallbacks {
	readonly #fingerprints: number[]
	readonly #contended: boolean[]
	readonly #holds: readonly Hold[]
	#next = 0
	readonly #requests = new Map<Asked, Request>()
	readonly #late: Late[] = []
	#afterIo = false

	/**
	 * @param fingerprints gets one for each callback that may be late
	 * @param contended gets whether something else could come before it
	 */
	constructor(holds: readonly Hold[], fingerprints: number[], contended: boolean[]) {
		this.#holds = holds
		this.#fingerprints = fingerprints
		this.#contended = contended
	}

	/**
	 * A callback is asked for.
	 *
	 * @param hash the fingerprint of all that came before
	 * @param applied called if it will be late
	 * @param came called when it has come
	 */
	asked(resource: Asked, handle: object, hash: number, applied: () => DeviationMark, came: (late: Late) => void): void {
		if (!canIntercept(resource, handle)) return
		const request = {
			at: this.#fingerprints.push(hash) - 1,
			ms: delayOf(handle),
			afterIo: this.#afterIo,
		}
		this.#contended.push(false)
		this.#requests.set(resource, request)
		const hold = this.#holds[this.#next]
		if (hold?.at !== request.at) {
			// One that will be late may be asked for later.
			if (this.#holds.length > 0 && resource.kind === 'timer')
				intercept(resource, handle, call => this.#follow(resource, request, call))
			return
		}
		this.#next++
		const late: Late = {
			hold,
			mark: applied(),
			resource,
			request,
			heldAt: undefined,
			call: () => {},
			behind: [],
			before: undefined,
		}
		this.#late.push(late)
		intercept(resource, handle, call => {
			// A timer that is asked for once more comes again.
			if (late.heldAt !== undefined) return call()
			late.call = call
			came(late)
		})
	}

	/**
	 * @param pending what has been asked for, and has not come
	 * @param hasTime whether virtual time may pass
	 */
	called(resource: Asked, pending: Iterable<Asked>, hasTime: boolean): void {
		this.#afterIo = resource.kind !== 'timer'
		const request = this.#requests.get(resource)
		if (request !== undefined) this.#contended[request.at] = hasTime || this.#rivals(resource, pending).length > 0
	}

	/** `late` has come, and waits. @returns false if nothing that it can wait for is pending */
	hold(late: Late, pending: Iterable<Asked>): boolean {
		if (late.resource.type === 'Immediate') {
			late.before = new Set(this.#rivals(late.resource, pending))
			if (late.before.size === 0) return false
		}
		late.heldAt = this.#fingerprints.length
		return true
	}

	/** The one that must not wait any longer, if there is one. */
	due(pending: Iterable<Asked>): Late | undefined {
		const held = this.#late.find(({ heldAt, before }) => heldAt !== undefined && before !== undefined)
		if (held === undefined) return undefined
		for (const resource of pending) if (held.before!.has(resource)) return undefined
		return held
	}

	/** The one that `hold` holds. */
	of(hold: object | undefined): Late | undefined {
		return this.#late.find(late => late.hold === hold)
	}

	release(late: Late): void {
		late.heldAt = undefined
		late.call()
	}

	/** One that had to wait behind a late one comes. @returns whether there was one */
	next(): boolean {
		const ahead = this.#late.find(({ heldAt, behind }) => heldAt === undefined && behind.length > 0)
		if (ahead === undefined) return false
		ahead.behind.shift()!()
		return true
	}

	/** All that have come are called, in their order. */
	*rest(): Generator<() => void> {
		for (const late of this.#late) {
			if (late.heldAt !== undefined) yield late.call
			late.heldAt = undefined
			yield* late.behind.splice(0)
		}
	}

	/** A timer or an immediate has come. */
	#follow(resource: Asked, request: Request, call: () => void): void {
		const ahead = this.#late.find(
			late => (late.heldAt !== undefined || late.behind.length > 0) && isBehind(late, resource, request),
		)
		if (ahead === undefined) call()
		else ahead.behind.push(call)
	}

	/** What may come before `resource`, and need not. */
	#rivals(resource: Asked, pending: Iterable<Asked>): Asked[] {
		const request = this.#requests.get(resource)!
		const rivals: Asked[] = []
		for (const other of pending) {
			if (other === resource) continue
			const known = this.#requests.get(other)
			if (resource.type === 'Immediate') {
				const isSoon = other.type === 'Timeout' && known !== undefined && known.ms <= soon
				if (other.kind === 'request' || (isSoon && !request.afterIo)) rivals.push(other)
			} else if (known === undefined || !isBehind({ resource, request, heldAt: undefined }, other, known))
				rivals.push(other)
		}
		return rivals
	}
}

/** Whether Node calls `resource` after `late` in any case. */
function isBehind(
	{ resource: first, request, heldAt = Number.POSITIVE_INFINITY }: Pick<Late, 'resource' | 'request' | 'heldAt'>,
	{ type }: Asked,
	{ at, ms }: Request,
): boolean {
	if (type !== first.type) return false
	if (type === 'Immediate') return at > request.at
	return type === 'Timeout' && (at >= heldAt || (at > request.at && ms >= request.ms))
}

/** What a callback is of, for people. */
export function callbackText({ resource: { type }, request: { ms } }: Late): string {
	const known = texts.find(([types]) => types.test(type))?.[1]
	return `the callback of ${type === 'Timeout' ? `a timer of ${ms} ms` : (known ?? type)}`
}

const texts: readonly (readonly [types: RegExp, text: string])[] = [
	[/^FSREQ/, 'a file operation'],
	[/^Immediate$/, 'an immediate'],
	[/^(?:GETADDRINFO|GETNAMEINFO|QUERY)/, 'a DNS query'],
	[/CONNECTWRAP$/, 'a connection'],
]
