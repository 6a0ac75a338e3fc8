import { counterEvent, instantEvent, sliceBegin } from '@tsgotrace/trace/format/schema'
import { monotonicOf } from '../engine/clock.js'
import type { Sequence } from '../engine/sequence.js'
import { newTrack, type Track } from '../engine/tracks.js'
import { factoryParams, hasFastPath, type Shape, source } from './codegen.js'
import { endedParams, endedSource } from './codegenended.js'
import type { EndedSlice, EventEncoder, More } from './encoder.js'
import { flowsOf } from './flows.js'
import type { EndedLanes } from './lanes.js'
import { isAgo } from './roles.js'
import { type Shared, trainingCalls } from './shared.js'
import type { Site, SiteParam } from './site.js'
import type { Slices } from './slices.js'
import { stackOf } from './stack.js'
import type { SpanIds, TraceContext } from './tracecontext.js'
import { redactedValue } from './value.js'

/** The function that is attached to an event. */
export type Encode = (...args: readonly unknown[]) => void

/** Decisions about a signal that the encoder does not make itself. */
export interface Hooks {
	/** Sampling: whether the signal is recorded. */
	readonly admit?: (() => boolean) | undefined
	/**
	 * Slices: the track that the event is on; undefined for an end whose begin is unknown, null for a signal that is not
	 * recorded. It is called with the first argument.
	 */
	readonly choose?: ((key: unknown) => Track | null | undefined) | undefined
	/** Where the begin of a slice gets the active span. */
	readonly context?: TraceContext | undefined
	/** Where the begin of a slice gets the track of the slice that it is within; 0 if there is none. */
	readonly outer?: (() => number) | undefined
	/** Where slices get names from arguments, and tracks when they have ended. */
	readonly slices?: Slices | undefined
}

let allowed: boolean | undefined

/** Whether code may be generated: not under `--disallow-code-generation-from-strings`. */
function codeGeneration(): boolean {
	if (allowed === undefined) {
		try {
			// oxlint-disable-next-line typescript/no-implied-eval -- the question is just whether this is allowed
			new Function('')
			allowed = true
		} catch {
			allowed = false
		}
	}
	return allowed
}

/** Placeholder for the track of a signal for which neither sampling nor the slices were asked yet. */
const unasked: Track = newTrack(0, '', false)

/**
 * The encoder of a site: as generated code where that is allowed and useful, otherwise as a closure. Readers see no
 * difference.
 */
export function compile(
	encoder: EventEncoder,
	shared: Shared,
	site: Site,
	hooks: Hooks,
	generate: boolean = codeGeneration(),
): Encode {
	const redacted = redacting(site)
	const { choose, admit, context, outer, slices } = hooks
	const spans = context !== undefined && site.role.type === sliceBegin
	const write = (args: readonly unknown[], track: Track | undefined, more?: More): void => {
		const { role } = site
		if (role.type === instantEvent) encoder.general(site, args, instantEvent, site.label, undefined, more)
		else if (role.type === counterEvent) {
			const countable = typeof args[0] === 'number' && Number.isFinite(args[0]) && site.params[0]?.redact === undefined
			if (countable) encoder.general(site, args, counterEvent, site.label, site.track)
			else encoder.general(site, args, instantEvent, site.ownLabel, undefined)
		} else if (track === undefined) encoder.general(site, args, instantEvent, site.ownLabel, undefined, more)
		else encoder.general(site, args, role.type, site.label, track, more)
	}
	const lanes = lanesOf(site, slices)
	const special = specialOf(encoder, site, slices, lanes)
	const encode: Encode = (...args) => {
		if (admit !== undefined && !admit()) return
		// First, whatever may run code of the program, which may signal events. Then make room, for which a new segment may
		// begin. Then the slices change, and the event is written at once.
		const stack = site.stack ? stackOf(encode) : undefined
		const values = redacted === undefined ? args : redacted(args)
		const span = spans && context.api !== undefined ? spanOf(context) : undefined
		encoder.room()
		const within = outer?.()
		const track = choose === undefined ? undefined : choose(args[0])
		if (track === null) return
		if (special !== undefined) special(values, track, { span, within, stack })
		else write(values, track, span === undefined && within === undefined ? undefined : { span, within })
	}
	const shape: Shape = {
		site,
		sequence: encoder.sequence.id,
		arity: site.params.length,
		track: choose !== undefined ? 'chosen' : site.role.type === counterEvent ? 'fixed' : 'none',
		admit: admit !== undefined,
		spans,
		nests: outer !== undefined,
	}
	const counterRedacted = site.role.type === counterEvent && site.params[0]?.redact !== undefined
	if (
		!generate ||
		encoder.sequence.state !== encoder.sequence.memory.hot ||
		redacted !== undefined ||
		(special !== undefined && !isPlain(site, hooks, lanes)) ||
		counterRedacted ||
		!hasFastPath(shape)
	)
		return encode
	let trained = false
	const slow = (args: readonly unknown[], track: Track | undefined): void => {
		if (!trained) return
		if (track === unasked) encode(...args)
		else write(args, track)
	}
	const generated =
		special !== undefined && lanes !== undefined
			? endedEncoder(encoder.sequence, shared, shape, lanes, args => slow(args, unasked))
			: generatedEncoder(encoder.sequence, shared, shape, hooks, slow)
	// No state defines its names yet, so it leaves before it does anything.
	for (let i = 0; i < trainingCalls; i++) generated()
	trained = true
	return generated
}

/** The tracks of a site that reports slices that have ended; undefined for all others. */
function lanesOf({ role, params, category }: Site, slices: Slices | undefined): EndedLanes | undefined {
	return role.done === true && params[0]!.redact !== true ? slices?.endedLanes(category.text, role.name) : undefined
}

/**
 * Whether generated code can write the slices that a site reports when they have ended: nothing has to be known of one
 * besides its arguments.
 */
function isPlain({ naming, flow, stack }: Site, { admit, slices }: Hooks, lanes: EndedLanes | undefined): boolean {
	return (
		lanes !== undefined &&
		slices?.endsAreWatched === false &&
		naming === undefined &&
		flow < 0 &&
		!stack &&
		admit === undefined
	)
}

type Special = (args: readonly unknown[], track: Track | undefined, more: More) => void

/**
 * Writes an event that has a name, flows or a stack besides its arguments, or reports a slice that has ended. Undefined
 * for all others.
 */
function specialOf(
	encoder: EventEncoder,
	site: Site,
	slices: Slices | undefined,
	lanes: EndedLanes | undefined,
): Special | undefined {
	const { role, naming, flow, stack, category, ownLabel, label, params } = site
	if (role.sample === true) return args => encoder.sample(site, args)
	if (lanes === undefined && role.named === undefined && flow < 0 && !stack && role.done !== true) return undefined
	const withFlows = (args: readonly unknown[], more: More): More => {
		const flows = flow < 0 ? undefined : flowsOf(args[flow], category.text)
		return flows === undefined ? more : { ...more, flows }
	}
	if (lanes !== undefined) {
		const agoAt = params.findIndex(isAgo)
		return (args, _, more) => {
			const [ms] = args
			const now = encoder.sequence.memory.now() - agoOf(args[agoAt])
			const done =
				typeof ms === 'number' && ms >= 0 && Number.isFinite(ms)
					? endedSlice(now, ms, encoder.sequence.began)
					: undefined
			const track = done === undefined ? undefined : lanes.take(done.start, done.end)
			if (track === undefined) encoder.general(site, args, instantEvent, ownLabel, undefined, withFlows(args, more))
			else {
				slices?.done(now - (ms as number))
				encoder.general(site, args, sliceBegin, label, track, { ...withFlows(args, more), name: naming?.(args), done })
			}
		}
	}
	return (args, track, more) => {
		const all = withFlows(args, more)
		if (role.type === counterEvent || role.type === instantEvent || track === undefined) {
			encoder.general(site, args, instantEvent, ownLabel, undefined, all)
			return
		}
		const name = naming?.(args)
		if (name !== undefined) slices?.name({ name, event: ownLabel.text, end: role.named!.end })
		encoder.general(site, args, role.type, label, track, name === undefined ? all : { ...all, name })
	}
}

/** Milliseconds before now that a slice ended: 0 unless an argument says so. */
function agoOf(value: unknown): number {
	return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 0
}

/**
 * A slice that ended at `now`, not before the start of the recording. Its part before the start of the recording is not
 * in the trace.
 */
function endedSlice(now: number, ms: number, since: number): EndedSlice {
	const end = Math.max(since, monotonicOf(now))
	const ns = Math.round(ms * 1e6)
	const start = Math.min(end, Math.max(since, end - ns))
	const isExact = ns > 0 && Number.isSafeInteger(ns) && ns / 1e6 === ms
	return { start, end, now, ns: isExact ? (start === end - ns ? 0 : ns) : undefined }
}

function endedEncoder(
	sequence: Sequence,
	{ intern, number, measured }: Shared,
	shape: Shape,
	lanes: EndedLanes,
	slow: (args: readonly unknown[]) => void,
): Encode {
	// oxlint-disable-next-line typescript/no-implied-eval -- as below
	const factory = new Function(...endedParams, endedSource(shape)) as (...given: unknown[]) => Encode
	const { hot, view, counts, now } = sequence.memory
	const { base } = sequence
	return factory(
		shape.site,
		hot,
		view,
		base,
		counts,
		now,
		intern,
		number,
		measured,
		slow,
		lanes,
		sequence,
		monotonicOf(0),
	)
}

function generatedEncoder(
	{ memory, base }: Sequence,
	shared: Shared,
	shape: Shape,
	{ choose, admit, context, outer }: Hooks,
	slow: (args: readonly unknown[], track: Track | undefined) => void,
): Encode {
	// oxlint-disable-next-line typescript/no-implied-eval -- only constants of the event and our own names, no input of the program
	const factory = new Function(...factoryParams, source(shape)) as (...given: unknown[]) => Encode
	const { intern, number, integer, measured } = shared
	const { hot, view, counts, now } = memory
	return factory(
		shape.site,
		hot,
		view,
		base,
		counts,
		now,
		intern,
		number,
		integer,
		measured,
		unasked,
		slow,
		choose,
		admit,
		context,
		outer,
	)
}

/** The span that is active. */
function spanOf(context: TraceContext): SpanIds | undefined {
	context.find()
	const { ids } = context
	context.ids = undefined
	return ids
}

/** Applies the redactors of a site, if any of them is a function. */
function redacting(site: Site): ((args: readonly unknown[]) => unknown[]) | undefined {
	const functions = site.params.filter(param => typeof param.redact === 'function')
	if (functions.length === 0) return undefined
	const { id } = site.event
	const apply = (param: SiteParam, value: unknown): unknown => {
		if (typeof param.redact !== 'function') return value
		try {
			return param.redact(value, id, param.name)
		} catch {
			// Better too little in the trace than a secret.
			return redactedValue
		}
	}
	return args =>
		site.params.flatMap((param, i) =>
			param.rest ? args.slice(i).map(arg => apply(param, arg)) : [apply(param, args[i])],
		)
}
