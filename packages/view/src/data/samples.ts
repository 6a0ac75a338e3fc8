import { VarintReader, VarintWriter } from './varint.js'

/** Samples of a profiler, sorted by interval: each is an interval of the columns, with the stack at that time. */
export interface Samples {
	readonly interval: Uint32Array
	/** Index of its innermost call among `nodes`. */
	readonly node: Uint32Array
	/** Index of the name of the task among the names of the header, plus 1; 0 outside of tasks. */
	readonly task: Uint32Array
	/** The task itself: its interval, plus 1; 0 if it is not in the page. */
	readonly root: Uint32Array
	/**
	 * All stacks as a tree: of each call its function, an index of the header's `frames`, and its caller, an index plus
	 * 1; 0 for an outermost one. A caller comes before what it calls.
	 */
	readonly nodes: { readonly frame: Uint32Array; readonly caller: Uint32Array }
}

export function packSamples({ interval, node, task, root, nodes }: Samples): Uint8Array {
	const writer = new VarintWriter()
	writer.write(nodes.frame.length)
	for (let i = 0; i < nodes.frame.length; i++) {
		writer.write(nodes.frame[i]!)
		writer.write(nodes.caller[i]!)
	}
	writer.write(interval.length)
	let last = 0
	for (let i = 0; i < interval.length; i++) {
		writer.write(interval[i]! - last)
		writer.write(node[i]!)
		writer.write(task[i]!)
		writer.write(root[i]!)
		last = interval[i]!
	}
	return writer.done()
}

export function unpackSamples(bytes: Uint8Array): Samples {
	const reader = new VarintReader(bytes)
	const size = reader.read()
	const nodes = { frame: new Uint32Array(size), caller: new Uint32Array(size) }
	for (let i = 0; i < size; i++) {
		nodes.frame[i] = reader.read()
		nodes.caller[i] = reader.read()
	}
	const count = reader.read()
	const samples = {
		interval: new Uint32Array(count),
		node: new Uint32Array(count),
		task: new Uint32Array(count),
		root: new Uint32Array(count),
		nodes,
	}
	let last = 0
	for (let i = 0; i < count; i++) {
		samples.interval[i] = last += reader.read()
		samples.node[i] = reader.read()
		samples.task[i] = reader.read()
		samples.root[i] = reader.read()
	}
	return samples
}
