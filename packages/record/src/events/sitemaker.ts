import type { AsyncTraceEvent, TraceEvent } from '@tsgotrace/runtime'
import { splitId } from '@tsgotrace/trace/format/ids'
import { type Globs, matcher } from '@tsgotrace/trace/format/match'
import { counterEvent, sliceBegin, sliceEnd } from '@tsgotrace/trace/format/schema'
import type { Names } from '../engine/names.js'
import { newTrack } from '../engine/tracks.js'
import { namingOf } from './naming.js'
import { parseParams } from './params.js'
import type { Redactor } from './redact.js'
import { parseRedactPath, type RedactPath, redactedIn } from './redactpaths.js'
import { defaultSlices, isAgo, isStack, roleOf, type SliceRule } from './roles.js'
import { type Sampler, type Sampling, sampler } from './sampling.js'
import type { Site, SiteParam } from './site.js'

/** A site, and its sampler, which copies of an event share. */
export interface Sited {
	readonly site: Site
	readonly sampler: Sampler | undefined
}

/** Options of the recorder for how events are recorded. */
export interface EventOptions {
	/**
	 * Which pairs of events are slices; false for none, and for no `XDone` either. Default: `XBegin`/`XEnd`,
	 * `XStart`/`XEnd`, `XPre`/`X`.
	 */
	readonly slices?: boolean | readonly SliceRule[]
	/** Whether `XCount(n: number)` is a counter. Default true. */
	readonly counters?: boolean
	/**
	 * Globs over ids of events that are recorded with the stack of each signal. Each stack takes some microseconds.
	 * Default: none.
	 */
	readonly stacks?: Globs
	/** By glob over ids; the first one that matches applies. The end of a slice is recorded if its begin was. */
	readonly sample?: Readonly<Record<string, Sampling>>
	/**
	 * What must not be in the trace, by glob over ids; all that match apply. `true`: none of the arguments. A list: these
	 * parameters, or paths within arguments in the syntax of pino: `user.password`, `*.password` (of any argument),
	 * `users[*].name`, and `**.password` at any depth. A function: called with each argument, its result is written
	 * instead; if it throws, nothing is.
	 */
	readonly redact?: Readonly<Record<string, true | readonly string[] | Redactor>>
}

/** Makes sites of descriptors, by the options of the recorder. */
export class SiteMaker {
	readonly #rules: readonly SliceRule[]
	readonly #counters: boolean
	readonly #dones: boolean
	readonly #stacks: (id: string) => boolean
	readonly #sampling: readonly (readonly [(id: string) => boolean, Sampling])[]
	readonly #redaction: readonly (readonly [(id: string) => boolean, true | readonly RedactPath[] | Redactor])[]
	readonly #samplers = new Map<string, Sampler>()
	readonly #names: Names
	readonly #now: () => number
	readonly #costOf: () => number
	readonly #uuid: (n: number) => number

	constructor(
		options: EventOptions,
		names: Names,
		now: () => number,
		costOf: () => number,
		uuid: (n: number) => number,
	) {
		this.#rules = rulesOf(options)
		this.#names = names
		this.#counters = options.counters ?? true
		this.#dones = options.slices !== false
		this.#stacks = options.stacks === undefined ? () => false : matcher(options.stacks)
		this.#now = now
		this.#costOf = costOf
		this.#uuid = uuid
		this.#sampling = Object.entries(options.sample ?? {}).map(([glob, sampling]) => {
			// Throws now, and not at the first signal, if a number is out of its range.
			sampler(sampling, now, costOf)
			return [matcher(glob), sampling] as const
		})
		this.#redaction = Object.entries(options.redact ?? {}).map(
			([glob, what]) =>
				[matcher(glob), Array.isArray(what) ? what.map(parseRedactPath) : (what as true | Redactor)] as const,
		)
	}

	make(
		event: TraceEvent | AsyncTraceEvent,
		index: number,
		find: (id: string) => TraceEvent | AsyncTraceEvent | undefined,
	): Sited {
		const [category, name] = splitId(event.id)
		const role = roleOf(event, this.#rules, this.#counters, find, this.#dones)
		const rules = this.#redaction.filter(([fits]) => fits(event.id)).map(([, what]) => what)
		const params = parseParams(event.params).map((param): SiteParam => {
			const label = this.#names.annotation(param.name)
			const apart = role.sample === true && (isStack(param) || isAgo(param))
			return { ...param, label, ...redactionOf(rules, param.name), apart, misses: 0 }
		})
		// An end is recorded if its begin was.
		const sampling = role.type === sliceEnd ? undefined : this.#sampling.find(([fits]) => fits(event.id))?.[1]
		const ofEvent = sampling === undefined ? undefined : this.#sampler(event.id, sampling)
		const redacted = params.flatMap(redactedTexts)
		const site: Site = {
			event,
			role,
			category: this.#names.category(category),
			label: this.#names.event(role.name),
			ownLabel: this.#names.event(name),
			params,
			naming:
				role.type === sliceBegin || role.done === true
					? namingOf(role.named?.template ?? '{slice}', params)
					: undefined,
			flow: params.findIndex(param => param.name === 'flow' && !param.rest && param.redact !== true),
			stack: this.#stacks(event.id),
			index,
			track: role.type === counterEvent ? newTrack(this.#uuid(-index), role.name, true) : undefined,
			epoch: 0,
			sampling: ofEvent?.text ?? '',
			redacted: redacted.join(', '),
		}
		return { site, sampler: ofEvent }
	}

	#sampler(id: string, sampling: Sampling): Sampler {
		let made = this.#samplers.get(id)
		if (made === undefined) this.#samplers.set(id, (made = sampler(sampling, this.#now, this.#costOf)))
		return made
	}
}

function rulesOf({ slices = true }: EventOptions): readonly SliceRule[] {
	if (slices === true) return defaultSlices
	return slices === false ? [] : slices
}

function redactionOf(
	rules: readonly (true | readonly RedactPath[] | Redactor)[],
	param: string,
): Pick<SiteParam, 'redact' | 'redactedPaths'> {
	const functions: Redactor[] = []
	const paths: RedactPath[] = []
	for (const rule of rules) {
		if (typeof rule === 'function') {
			functions.push(rule)
			continue
		}
		const inside = rule === true || redactedIn(rule, param)
		if (inside === true) return { redact: true, redactedPaths: undefined }
		paths.push(...inside)
	}
	const redactedPaths = paths.length === 0 ? undefined : paths
	if (functions.length === 0) return { redact: undefined, redactedPaths }
	return {
		redact: (value, id, name) => functions.reduce((replaced, redact) => redact(replaced, id, name), value),
		redactedPaths,
	}
}

/** A parameter, and what is redacted in it, in the form that declarations have. */
function redactedTexts({ name, redact, redactedPaths }: SiteParam): string[] {
	return redact === undefined ? (redactedPaths ?? []).map(path => [name, ...path].join('.')) : [name]
}
