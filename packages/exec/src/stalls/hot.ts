// What a thread did in an interval, by the samples of a profile.
import { pathOf } from '../cpu/stacks.js'
import type { CpuProfile, ProfileNode } from '../profiler/profiler.js'

/** Where the time of an interval was spent. */
export interface HotSpot {
	/** The function of the program that was found most often, as `name file:line:column`; empty without samples. */
	readonly where: string
	/** The function of Node that it called, such as `fs.readFileSync`; empty if it did the work itself. */
	readonly call: string
	/** The most frequent stack that contains it, innermost function first. */
	readonly stack: string
	/** The fraction of samples in which V8 collected garbage, from 0 to 1. */
	readonly gc: number
	readonly samples: number
}

const maxFrames = 16

/** @param from microseconds, on the clock of the profile, like `to` */
export function hotIn(profile: CpuProfile, from: number, to: number): HotSpot {
	const { nodes, samples = [], timeDeltas = [] } = profile
	const byId = new Map(nodes.map(node => [node.id, node]))
	const parents = new Map<number, ProfileNode>()
	for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node)
	const leaves = new Map<ProfileNode, number>()
	let time = profile.startTime
	let total = 0
	let collecting = 0
	for (const [i, id] of samples.entries()) {
		time += timeDeltas[i] ?? 0
		if (time < from || time > to) continue
		total++
		const leaf = byId.get(id)
		if (leaf === undefined) continue
		if (leaf.callFrame.functionName === '(garbage collector)') collecting++
		else leaves.set(leaf, (leaves.get(leaf) ?? 0) + 1)
	}
	const stacks = [...leaves].map(([leaf, count]) => ({ frames: stackOf(leaf, parents), count }))
	const found = new Map<string, number>()
	for (const { frames, count } of stacks) {
		const own = frames.find(isOfProgram)
		if (own !== undefined) found.set(text(own), (found.get(text(own)) ?? 0) + count)
	}
	const where = max(found) ?? ''
	const best = stacks
		.filter(({ frames }) => where === '' || frames.some(frame => text(frame) === where))
		.reduce<(typeof stacks)[number] | null>((a, b) => (a === null || b.count > a.count ? b : a), null)
	const frames = best?.frames ?? []
	const at = frames.findIndex(isOfProgram)
	return {
		where,
		call: at > 0 ? callOf(frames[at - 1]!) : '',
		stack: frames.slice(0, maxFrames).map(text).join('; '),
		gc: total === 0 ? 0 : collecting / total,
		samples: total,
	}
}

function stackOf(leaf: ProfileNode, parents: ReadonlyMap<number, ProfileNode>): ProfileNode[] {
	const frames: ProfileNode[] = []
	for (let node: ProfileNode | undefined = leaf; node !== undefined; node = parents.get(node.id))
		if (!/^\((root|program|idle)\)$/.test(node.callFrame.functionName)) frames.push(node)
	return frames
}

function isOfProgram({ callFrame: { url } }: ProfileNode): boolean {
	return url !== '' && !url.startsWith('node:')
}

function text({ callFrame: { functionName, url, lineNumber, columnNumber } }: ProfileNode): string {
	const name = functionName === '' ? '(anonymous)' : functionName
	if (url === '') return name
	return `${name} ${pathOf(url)}:${lineNumber + 1}:${columnNumber + 1}`
}

/** `readFileSync` in `node:fs` as `fs.readFileSync`. */
function callOf({ callFrame: { functionName, url } }: ProfileNode): string {
	const module = /^node:(?:internal\/)?(\w+)/.exec(url)?.[1]
	return module === undefined ? functionName : `${module}.${functionName}`
}

function max(counts: ReadonlyMap<string, number>): string | undefined {
	let best: string | undefined
	for (const [key, count] of counts) if (best === undefined || count > counts.get(best)!) best = key
	return best
}
