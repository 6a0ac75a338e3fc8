import type { TraceEvent } from '@tsgotrace/runtime'
import { parseParams } from '../events/params.js'

/** A value that a profile sums up, besides the number of signals. */
export interface Weight {
	/** The name that pprof shows. */
	readonly name: string
	/** `bytes`, `milliseconds`, `count`, … */
	readonly unit: string
	/** The weight of one signal; undefined if it has none. An error counts as none. */
	readonly of: (id: string, args: readonly unknown[]) => number | undefined
}

const units: Readonly<Record<string, string>> = {
	bytes: 'bytes',
	size: 'bytes',
	length: 'bytes',
	ns: 'nanoseconds',
	us: 'microseconds',
	ms: 'milliseconds',
	seconds: 'seconds',
}

/** Index of the argument with that name, or -1. */
export function placeOf(event: TraceEvent, name: string): number {
	return parseParams(event.params).findIndex(param => param.name === name && !param.rest)
}

/** @throws TypeError if it is not a parameter name */
export function checkName(option: 'weights' | 'labels', name: string): void {
	if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
		throw new TypeError(`profile: ${option}: '${name}' is not a parameter name`)
}

/** A weight that is the value of a parameter. */
class ParameterWeight implements Weight {
	readonly name: string
	readonly unit: string
	readonly #places = new WeakMap<TraceEvent, number>()

	constructor(name: string) {
		this.name = name
		this.unit = units[name.toLowerCase()] ?? 'count'
	}

	of(): undefined {
		return undefined
	}

	at(event: TraceEvent, args: readonly unknown[]): number {
		let place = this.#places.get(event)
		if (place === undefined) {
			place = placeOf(event, this.name)
			this.#places.set(event, place)
		}
		const value = place < 0 ? 0 : args[place]
		return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : 0
	}
}

/** @throws TypeError if it is not a parameter name */
export function weightOf(weight: string | Weight): Weight {
	if (typeof weight !== 'string') return weight
	checkName('weights', weight)
	return new ParameterWeight(weight)
}

/** The weight of a signal: 0 if it has none, or the value is not a finite number. */
export function weigh(weight: Weight, event: TraceEvent, args: readonly unknown[]): number {
	try {
		const value = weight instanceof ParameterWeight ? weight.at(event, args) : (weight.of(event.id, args) ?? 0)
		return Number.isFinite(value) ? value : 0
	} catch {
		return 0
	}
}
