// What a callback of the event loop says about the wait that it ends.
import type { WaitReason } from './events.js'

/** Classes of Node's resources, by the reason of the waits that they end. */
const classes: Readonly<Record<Exclude<WaitReason, 'sync' | 'unknown'>, readonly string[]>> = {
	net: [
		'TCP',
		'TCPConnectWrap',
		'PipeConnectWrap',
		'ShutdownWrap',
		'WriteWrap',
		'TLSWrap',
		'JSStream',
		'UDP',
		'SendWrap',
		'HTTPServerAsyncResource',
		'HTTPClientAsyncResource',
		'Http2Session',
		'Http2Stream',
		'Http2Ping',
		'Http2Settings',
	],
	fs: ['FSReqCallback', 'FSReqPromise', 'FileHandle', 'FileHandleCloseReq', 'ReadFileJob', 'FSEvent', 'StatWatcher'],
	timer: ['Timeout'],
	dns: ['GetAddrInfoReqWrap', 'GetNameInfoReqWrap', 'QueryReqWrap', 'ChannelWrap'],
	pool: ['Zlib', 'BrotliEncoder', 'BrotliDecoder', 'ZstdCompress', 'ZstdDecompress'],
	child: ['Process', 'Pipe'],
	worker: ['Worker', 'MessagePort'],
	immediate: ['Immediate'],
}

const byClass = new Map(
	Object.entries(classes).flatMap(([reason, names]) => names.map(name => [name, reason as WaitReason] as const)),
)

/**
 * The prototypes that callbacks have had, with their reasons. A server has about ten, and to compare with those is faster
 * than a look into a WeakMap. Null: the callback follows another one, and gives no reason.
 */
const prototypes: object[] = [Object.prototype]
const reasons: (WaitReason | null)[] = [null]
const maxPrototypes = 24
/** Further ones. A program may make classes without end. */
const others = new WeakMap<object, WaitReason | null>()

/**
 * The reason of the wait that a callback on `resource` ends. Null for what continues something else:
 * `process.nextTick`, `AsyncResource`. No code of the program runs: the resource may be an object of it.
 */
export function reasonOf(resource: object): WaitReason | null {
	const prototype = Object.getPrototypeOf(resource) as object | null
	if (prototype === null) return null
	for (let i = 0; i < prototypes.length; i++) if (prototypes[i] === prototype) return reasons[i]!
	const known = others.get(prototype)
	return known === undefined ? learn(prototype) : known
}

function learn(prototype: object): WaitReason | null {
	const reason = ofClass(classOf(prototype))
	if (prototypes.length >= maxPrototypes) others.set(prototype, reason)
	else {
		prototypes.push(prototype)
		reasons.push(reason)
	}
	return reason
}

function ofClass(name: string): WaitReason | null {
	// Jobs of node:crypto, of which every release adds more.
	return byClass.get(name) ?? (name.endsWith('Job') ? 'pool' : null)
}

/** The name of the class whose prototype this is; no code of the program runs. */
export function classOf(prototype: object): string {
	const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
	const name: unknown = typeof made === 'function' ? Object.getOwnPropertyDescriptor(made, 'name')?.value : undefined
	return typeof name === 'string' ? name : ''
}
