import { descriptorOf, isArray, isProxy } from '../engine/natives.js'

/** Maximum number of flows of an event. */
const maxFlows = 16

/** The id of a flow in the trace: 64 bits, in two halves. */
export interface FlowId {
	readonly low: number
	readonly high: number
}

/**
 * The flows that an argument names: a number, a bigint or a string, or several of them in an array. Numbers are those
 * of a trace package in this process; a string means the same everywhere. Any other value names no flow.
 */
export function flowsOf(value: unknown, category: string): FlowId[] {
	if (isProxy(value) || !isArray(value)) return idOf(value, category) ?? []
	const found: FlowId[] = []
	// Runs no getter of the program.
	for (let i = 0; i < value.length && found.length < maxFlows; i++)
		found.push(...(idOf(descriptorOf(value, i)?.value, category) ?? []))
	return found
}

function idOf(value: unknown, category: string): [FlowId] | undefined {
	if (typeof value === 'string') return value === '' ? undefined : [hashed(value)]
	return typeof value === 'number' || typeof value === 'bigint'
		? [hashed(`${process.pid} ${category} ${value}`)]
		: undefined
}

/** FNV-1a, from two seeds. Never 0, which is not a valid id. */
function hashed(text: string): FlowId {
	let [low, high] = [0x811c_9dc5, 0x2545_f491]
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i)
		low = Math.imul(low ^ unit, 0x0100_0193)
		high = Math.imul(high ^ unit, 0x0100_0193) ^ (high >>> 15)
	}
	return { low: low >>> 0, high: (high >>> 0) | 1 }
}
