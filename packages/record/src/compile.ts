import { factoryParams, hasFastPath, type Shape, source } from './codegen.js'
import type { Encoder } from './encoder.js'
import { COUNTER, INSTANT, SLICE_BEGIN } from './schema.js'
import type { Site, SiteParam, Track } from './site.js'
import type { InternedString } from './strings.js'
import type { SpanIds, TraceContext } from './tracecontext.js'
import { REDACTED } from './value.js'
import { putInt64 } from './varint.js'

/** What is attached to an event. */
export type Encode = (...args: readonly unknown[]) => void

/** Decisions on a signal that are not the encoder's. */
export interface Hooks {
	/** Sampling: whether the signal is recorded. */
	readonly admit?: (() => boolean) | undefined
	/**
	 * Slices: the track that the event is on; undefined for an end whose begin is unknown, null for a signal that is not recorded. It is called with
	 * the first argument.
	 */
	readonly choose?: ((key: unknown) => Track | null | undefined) | undefined
	/** What a begin of a slice asks for the active span. */
	readonly context?: TraceContext | undefined
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

/** The encoder of a site: as generated code where that is allowed and of use, else as a closure. Both write the same. */
export function compile(encoder: Encoder, site: Site, hooks: Hooks, internLength: number, generate: boolean = codeGeneration()): Encode {
	const redacted = redacting(site)
	const slow = (args: readonly unknown[], track: Track | undefined): void => {
		const { role } = site
		if (role.type === INSTANT) encoder.general(site, args, INSTANT, site.label, undefined)
		else if (role.type === COUNTER) {
			const countable = typeof args[0] === 'number' && Number.isFinite(args[0]) && site.params[0]?.redact === undefined
			if (countable) encoder.general(site, args, COUNTER, site.label, site.track)
			else encoder.general(site, args, INSTANT, site.ownLabel, undefined)
		} else if (track === undefined) encoder.general(site, args, INSTANT, site.ownLabel, undefined)
		else encoder.general(site, args, role.type, site.label, track, spans ? taken(context) : undefined)
	}
	const { choose, admit, context } = hooks
	const spans = context !== undefined && site.role.type === SLICE_BEGIN
	const shape: Shape = {
		site,
		sequence: encoder.sequence,
		arity: site.params.length,
		track: choose !== undefined ? 'chosen' : site.role.type === COUNTER ? 'fixed' : 'none',
		admit: admit !== undefined,
		spans,
		internLength,
	}
	const counterRedacted = site.role.type === COUNTER && site.params[0]?.redact !== undefined
	if (generate && redacted === undefined && !counterRedacted && hasFastPath(shape)) return generated(encoder, shape, slow, hooks)
	return (...args) => {
		if (admit !== undefined && !admit()) return
		const track = choose === undefined ? undefined : choose(args[0])
		if (track === null) return
		if (spans && context.api !== undefined) context.find()
		slow(redacted === undefined ? args : redacted(args), track)
	}
}

function generated(
	encoder: Encoder,
	shape: Shape,
	slow: (args: readonly unknown[], track: Track | undefined) => void,
	hooks: Hooks,
): Encode {
	const { memory } = encoder
	const wide = (at: number, n: number): number => putInt64(memory.bytes, at, n)
	// oxlint-disable-next-line typescript/no-implied-eval -- constants of the event and names of ours; nothing of the program's input
	const factory = new Function(...factoryParams, source(shape)) as (...given: unknown[]) => Encode
	return factory(
		shape.site,
		memory.hot,
		memory.bytes,
		memory.view,
		memory.base,
		memory.counts,
		encoder.strings,
		memory.now,
		(ms: number) => memory.delta(ms),
		wide,
		(entry: InternedString) => encoder.define(entry),
		slow,
		hooks.choose,
		hooks.admit,
		hooks.context,
	)
}

/** The span that was found, once. */
function taken(context: TraceContext): SpanIds | undefined {
	const { ids } = context
	context.ids = undefined
	return ids
}

/** Applies the redactors of a site, if it has any that are functions. */
function redacting(site: Site): ((args: readonly unknown[]) => unknown[]) | undefined {
	const functions = site.params.filter(param => typeof param.redact === 'function')
	if (functions.length === 0) return undefined
	const { id } = site.event
	const apply = (param: SiteParam, value: unknown): unknown => {
		if (typeof param.redact !== 'function') return value
		try {
			return param.redact(value, id, param.name)
		} catch {
			// Rather too little in the trace than a secret.
			return REDACTED
		}
	}
	return args => site.params.flatMap((param, i) => (param.rest ? args.slice(i).map(arg => apply(param, arg)) : [apply(param, args[i])]))
}
