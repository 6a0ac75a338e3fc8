// Heaps of what V8 has, joined at random: promises, reactions, closures, contexts and objects.

import fc from 'fast-check'
import { SnapshotText } from './snapshottext.js'

/** A node by the number of its kind, with numbers that choose its edges and what they lead to. */
interface RandomNode {
	readonly kind: number
	readonly picks: readonly number[]
	readonly script: number
}

export interface RandomHeap {
	readonly nodes: readonly RandomNode[]
	/** Suspended calls, with numbers that choose what they wait for and who has its resolver. */
	readonly waits: readonly (readonly number[])[]
	/** Calls that wait for locks that other ones have. */
	readonly circles: readonly (readonly number[])[]
}

/** An edge that a node may have: its type, its name or index, the kinds of its targets. */
type Rule = readonly [type: string, name: string | number, targets: string]
interface KindOfNode {
	readonly type: string
	readonly name: string
	readonly edges: readonly Rule[]
	/** For a function of V8's: its code. */
	readonly code?: string
}

const values = 'object pool array map timeout promise closure call asyncGenerator'
const functions = 'closure handler resolver rejecter awaiter element finallyer ofModule step'
const own: readonly Rule[] = [
	['property', 'a', values],
	['property', 'error', `${values} resolver`],
	['property', 'next', 'object pool'],
	['internal', 'map', 'shape'],
	['property', '__proto__', 'object'],
	['internal', 'elements', 'list'],
	['weak', 'w', values],
]
const call: readonly Rule[] = [
	['internal', 'function', 'closure'],
	['internal', 'context', 'context'],
	['internal', 'receiver', 'object pool text'],
	['internal', 'parameters_and_registers', 'registers'],
]
const inContext: readonly Rule[] = [['internal', 'context', 'context']]

const kinds: Readonly<Record<string, KindOfNode>> = {
	object: { type: 'object', name: 'Object', edges: own },
	pool: { type: 'object', name: 'Pool', edges: [...own, ['property', 'waiters', `array map resolver ${values}`]] },
	array: {
		type: 'object',
		name: 'Array',
		edges: [...own, ['element', 0, `${values} resolver`], ['element', 1, 'resolver']],
	},
	map: { type: 'object', name: 'Map', edges: [['internal', 'table', 'list']] },
	list: {
		type: 'array',
		name: '',
		edges: [
			['internal', '0', values],
			['element', 1, `${values} resolver context`],
		],
	},
	timeout: { type: 'object', name: 'Timeout', edges: own },
	global: { type: 'object', name: 'global', edges: own },
	process: { type: 'object', name: 'process', edges: [['property', 'version', 'version'], ...own] },
	version: { type: 'string', name: 'v20.1.0', edges: [['internal', 'map', 'shape']] },
	text: { type: 'string', name: '/app/a.js', edges: [] },
	call: { type: 'object', name: 'Generator', edges: [...call, ['hidden', 3, 'promise']] },
	asyncGenerator: { type: 'object', name: 'values', edges: [['hidden', 3, 'request'], ...call] },
	registers: {
		type: 'array',
		name: '',
		edges: [
			['internal', '0', values],
			['internal', '1', `${values} context`],
			['internal', '2', 'pool'],
		],
	},
	promise: {
		type: 'object',
		name: 'Promise',
		edges: [
			['internal', 'reactions_or_result', 'reaction'],
			['property', 'resolve', 'resolver closure'],
		],
	},
	reaction: {
		type: 'hidden',
		name: 'system / PromiseReaction',
		edges: [
			['hidden', 1, functions],
			['hidden', 2, functions],
			['hidden', 3, 'promise capability'],
			['hidden', 0, 'reaction'],
		],
	},
	capability: {
		type: 'hidden',
		name: 'system / PromiseCapability',
		edges: [
			['hidden', 1, 'promise'],
			['hidden', 2, 'resolver'],
			['hidden', 3, 'rejecter'],
		],
	},
	request: {
		type: 'hidden',
		name: 'system / AsyncGeneratorRequest',
		edges: [
			['hidden', 1, 'promise'],
			['hidden', 2, 'request'],
			['hidden', 3, 'promise'],
		],
	},
	module: { type: 'hidden', name: 'system / SourceTextModule', edges: [['hidden', 1, 'promise']] },
	context: {
		type: 'object',
		name: 'system / Context',
		edges: [
			['internal', 'previous', 'context nativeContext inspected'],
			['internal', 'extension', 'call asyncGenerator promise module'],
			['hidden', 4, 'promise capability closure module'],
			['context', 'q', `${values} resolver`],
			['context', 'this', values],
		],
	},
	nativeContext: {
		type: 'hidden',
		name: 'system / NativeContext',
		edges: [
			['internal', 'global', 'global'],
			['internal', 'atomics_waitasync_promises', 'list'],
		],
	},
	inspected: {
		type: 'hidden',
		name: 'system / NativeContext / ',
		edges: [['internal', 'atomics_waitasync_promises', 'list']],
	},
	closure: {
		type: 'closure',
		name: 'f',
		edges: [...inContext, ['property', 'prototype', 'object']],
		code: 'CompileLazy',
	},
	handler: { type: 'closure', name: 'h', edges: inContext, code: 'InterpreterEntryTrampoline' },
	resolver: { type: 'closure', name: '', edges: inContext, code: 'PromiseCapabilityDefaultResolve' },
	rejecter: { type: 'closure', name: '', edges: inContext, code: 'PromiseCapabilityDefaultReject' },
	awaiter: { type: 'closure', name: '', edges: inContext, code: 'AsyncFunctionAwaitResolveClosure' },
	element: { type: 'closure', name: '', edges: inContext, code: 'PromiseAllResolveElementClosure' },
	finallyer: { type: 'closure', name: '', edges: inContext, code: 'PromiseThenFinally' },
	step: { type: 'closure', name: '', edges: inContext, code: 'ArrayFromAsyncIterableOnFulfilled' },
	ofModule: { type: 'closure', name: '', edges: inContext, code: 'CallAsyncModuleFulfilled' },
	shape: {
		type: 'object shape',
		name: 'system / Map',
		edges: [
			['internal', 'constructor', 'closure'],
			['internal', 'prototype', 'object'],
		],
	},
	native: {
		type: 'native',
		name: 'Node / TCP',
		edges: [
			['internal', 'native_to_javascript', values],
			['internal', 'x', 'promise'],
		],
	},
	roots: {
		type: 'synthetic',
		name: '(GC roots)',
		edges: [
			['element', 1, `${values} global roots`],
			['internal', 'y', values],
		],
	},
	handles: { type: 'synthetic', name: '(Global handles)', edges: [['element', 1, `${values} resolver`]] },
}
const kindNames = Object.keys(kinds)
/** Kinds of which there are more, since most of a tree comes from them. */
const frequent = [
	'call',
	'call',
	'promise',
	'promise',
	'reaction',
	'reaction',
	'context',
	'context',
	'awaiter',
	'resolver',
	'pool',
	'array',
]
const chosen = [...kindNames, ...frequent, ...frequent]

/** @param most nodes that are not of a suspended call */
export function randomHeaps(most = 40): fc.Arbitrary<RandomHeap> {
	const node: fc.Arbitrary<RandomNode> = fc.record({
		kind: fc.nat(chosen.length - 1),
		picks: numbers(8),
		script: fc.nat(3),
	})
	return fc.record({
		nodes: fc.array(node, { minLength: 10, maxLength: most, size: 'max' }),
		waits: fc.array(numbers(11), { maxLength: 6, size: 'max' }),
		circles: fc.array(numbers(2), { maxLength: 1 }),
	})
}

function numbers(count: number): fc.Arbitrary<readonly number[]> {
	return fc.array(fc.nat(10_000), { minLength: count, maxLength: count })
}

/** Its snapshot, as V8 writes it. */
export function snapshotText({ nodes: random, waits, circles }: RandomHeap): string {
	const file = new SnapshotText()
	const scripts = [0, 1, 2].map(script => file.script(script))
	const codes = new Map(
		Object.values(kinds).map(({ code = '' }) => [code, file.node('code', `(${code} builtin code)`)]),
	)
	const names: string[] = []
	const nodes: number[] = []
	const add = (kind: string): number => {
		names.push(kind)
		const node = file.node(kinds[kind]!.type, kinds[kind]!.name)
		nodes.push(node)
		return node
	}
	/** The function of the program that declares a class or is suspended. */
	const locate = (node: number, script: number): void => void file.locations.push([node, script, 10 * script, 3])
	/** A node of some kinds, of those that there are. */
	const one = (wanted: string, pick: number): number | undefined => {
		const candidates = nodes.filter((_, at) => wanted.split(' ').includes(names[at]!))
		return candidates[pick % candidates.length]
	}
	const picks = random.map(({ kind }) => add(chosen[kind]!))
	const builder: Builder = { file, add, one, locate, shared: scripts }
	for (const wait of waits) suspend(builder, wait)
	for (const circle of circles) addCircle(builder, circle)
	for (const [i, { picks: choices, script }] of random.entries()) {
		const { edges, type, name, code } = kinds[chosen[random[i]!.kind]!]!
		for (const [at, [edgeType, edgeName, targets]] of edges.entries()) {
			const target = one(targets, Math.floor(choices[at]! / 5))
			// One of five edges is missing.
			if (target !== undefined && choices[at]! % 5 > 0) file.edge(picks[i]!, edgeType, edgeName, target)
		}
		const isOfProgram = code === undefined ? type === 'object' && name === 'Pool' : /Lazy|Interpreter/.test(code)
		if (!isOfProgram || script > 2) continue
		locate(picks[i]!, script)
		if (type === 'closure') file.edge(picks[i]!, 'internal', 'shared', scripts[script]!)
	}
	for (const [at, node] of nodes.entries()) {
		const { code } = kinds[names[at]!]!
		if (code !== undefined) file.edge(node, 'internal', 'code', codes.get(code)!)
	}
	return file.toString()
}

interface Builder {
	readonly file: SnapshotText
	readonly add: (kind: string) => number
	readonly one: (kinds: string, pick: number) => number | undefined
	readonly locate: (node: number, script: number) => void
	readonly shared: readonly number[]
}

/** A suspended call. @returns it and its registers */
function addCall({ file, add, locate, shared }: Builder, script: number): { call: number; registers: number } {
	const [call, registers, ownPromise, closure] = [add('call'), add('registers'), add('promise'), add('closure')]
	file.edge(call, 'internal', 'function', closure)
	file.edge(call, 'internal', 'parameters_and_registers', registers)
	file.edge(call, 'hidden', 3, ownPromise)
	locate(call, script)
	locate(closure, script)
	file.edge(closure, 'internal', 'shared', shared[script]!)
	return { call, registers }
}

/** Makes a call await a promise. */
function addAwait({ file, add }: Builder, call: number, promise: number): void {
	const [reaction, awaiter, context] = [add('reaction'), add('awaiter'), add('context')]
	file.edge(promise, 'internal', 'reactions_or_result', reaction)
	file.edge(reaction, 'hidden', 1, awaiter)
	file.edge(awaiter, 'internal', 'context', context)
	file.edge(context, 'internal', 'extension', call)
}

/** @returns the function that settles a promise */
function addResolver({ file, add }: Builder, promise: number, pick: number): number {
	const [resolver, context] = [add('resolver'), add('context')]
	file.edge(resolver, 'internal', 'context', context)
	if (pick % 4 === 0) file.edge(context, 'internal', 'extension', promise)
	else file.edge(context, 'hidden', 4, promise)
	return resolver
}

/** A suspended call, what it waits for, and what may settle that. */
function suspend(builder: Builder, [a, b, c, d, e, f, g, h, i, j, k]: readonly number[]): void {
	const { file, add, one } = builder
	const { call, registers } = addCall(builder, d! % 2)
	const receiver = one('pool object text', a!)
	if (receiver !== undefined && a! % 3 > 0) file.edge(call, 'internal', 'receiver', receiver)
	for (const [at, pick] of [b!, c!].entries()) {
		const value = one('pool object array closure', pick)
		if (value !== undefined) file.edge(registers, 'internal', String(at), value)
	}
	// The promise of another call, or a new one.
	const awaited = (e! % 2 === 0 ? one('promise', f!) : undefined) ?? add('promise')
	addAwait(builder, call, awaited)
	if (k! % 3 === 0) addDerived(builder, awaited, Math.floor(k! / 3))
	if (g! % 5 === 0) {
		const wrap = add('object')
		file.edge(wrap, 'property', 'promise', awaited)
		if (g! % 2 === 0) file.edge(add('native'), 'internal', 'native_to_javascript', wrap)
		else file.edge(add('handles'), 'element', 1, wrap)
		return
	}
	const resolver = addResolver(builder, awaited, g!)
	const holder = one(['array', 'pool', 'object', 'context', 'timeout', 'list'][h! % 6]!, i!)
	if (holder !== undefined) file.edge(holder, h! % 6 === 3 ? 'context' : 'property', 'held', resolver)
	const outer = one('pool object context handles roots', j!)
	if (holder !== undefined && outer !== undefined) file.edge(outer, 'property', 'waiters', holder)
}

/** `then`, `catch` or `finally` of a new promise, which settles a promise. */
function addDerived({ file, add, locate, shared }: Builder, promise: number, pick: number): void {
	const [from, reaction, handler] = [add('promise'), add('reaction'), add('handler')]
	file.edge(from, 'internal', 'reactions_or_result', reaction)
	file.edge(reaction, 'hidden', 3, promise)
	locate(handler, pick % 2)
	file.edge(handler, 'internal', 'shared', shared[pick % 2]!)
	if (pick % 3 > 0) {
		file.edge(reaction, 'hidden', pick % 3, handler)
		return
	}
	const [finallyer, context] = [add('finallyer'), add('context')]
	file.edge(reaction, 'hidden', 1, finallyer)
	file.edge(finallyer, 'internal', 'context', context)
	file.edge(context, 'hidden', 5, handler)
}

/** Two calls that each have a lock, or something that has it, and wait for the other one. */
function addCircle(builder: Builder, [a, b]: readonly number[]): void {
	const { file, add, locate } = builder
	const locks = [add('pool'), add('pool')]
	for (const lock of locks) locate(lock, 0)
	for (const [at, pick] of [a!, b!].entries()) {
		const { call, registers } = addCall(builder, 0)
		let user = registers
		for (const kind of ['object', 'closure', 'context', 'array'].slice(0, pick % 5)) {
			const next = add(kind)
			const isContext = kind === 'context'
			file.edge(user, isContext ? 'internal' : 'property', isContext ? 'context' : 'v', next)
			user = next
			if (isContext && pick % 2 === 0)
				file.edge(next, 'internal', 'previous', add(pick % 4 === 0 ? 'context' : 'nativeContext'))
		}
		file.edge(user, 'property', 'lock', locks[at]!)
		const promise = add('promise')
		addAwait(builder, call, promise)
		file.edge(locks[1 - at]!, 'property', 'waiter', addResolver(builder, promise, 1))
	}
}
