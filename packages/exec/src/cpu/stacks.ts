// The stacks of a profile.
import { fileURLToPath } from 'node:url'
import type { ProfileNode } from '../profiler/profiler.js'
import type { Frame } from './events.js'

/**
 * The stack of a node of the profile, the innermost frame first: the same array each time.
 * @param max number of frames: the outermost ones of a deeper stack are left out
 */
export function framesOf(nodes: readonly ProfileNode[], max: number): (leaf: ProfileNode) => readonly Frame[] {
	const parents = new Map<number, ProfileNode>()
	for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node)
	const frames = new Map<ProfileNode, Frame>()
	const stacks = new Map<ProfileNode, readonly Frame[]>()
	return leaf => {
		const known = stacks.get(leaf)
		if (known !== undefined) return known
		const stack: Frame[] = []
		for (
			let node: ProfileNode | undefined = leaf;
			node !== undefined && stack.length < max;
			node = parents.get(node.id)
		) {
			if (node.callFrame.functionName === '(root)') continue
			let frame = frames.get(node)
			if (frame === undefined) frames.set(node, (frame = frameOf(node)))
			stack.push(frame)
		}
		stacks.set(leaf, stack)
		return stack
	}
}

/** V8 uses these names for entries that are not functions: see {@link stateOf}. */
const states: Readonly<Record<string, string>> = { '(garbage collector)': 'gc', '(program)': 'native' }

/** What the thread did, by the innermost name. */
export function stateOf(name: string): string {
	return states[name] ?? 'running'
}

function frameOf({ callFrame: { functionName, url, lineNumber, columnNumber } }: ProfileNode): Frame {
	return {
		name: functionName === '' ? '(anonymous)' : functionName,
		file: pathOf(url),
		line: Math.max(0, lineNumber + 1),
		column: Math.max(0, columnNumber + 1),
	}
}

/** The path of a file; anything else as it is. */
export function pathOf(url: string): string {
	try {
		return url.startsWith('file:') ? fileURLToPath(url) : url
	} catch {
		return url
	}
}
