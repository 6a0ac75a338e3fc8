import { VarintReader, VarintWriter } from './varint.js'

/**
 * What an arrow means: a task ended the wait of another, a task started another, or one event led to the next of a
 * flow.
 */
export const linkKinds = ['wake', 'start', 'flow'] as const
export type LinkKind = (typeof linkKinds)[number]

/** Arrows between intervals, sorted by where they lead. */
export interface Links {
	/** The interval that an arrow comes from. For a wake or a start: the task. */
	readonly from: Uint32Array
	/** For a wake: the wait that it ended. */
	readonly to: Uint32Array
	/** Index in {@link linkKinds}. */
	readonly kind: Uint8Array
}

/** Places where waits began, if recorded, sorted by interval. */
export interface Sites {
	/** The wait. */
	readonly interval: Uint32Array
	/** Index of the place, among those of the header. */
	readonly site: Uint32Array
	/** How many waits each represents. */
	readonly weight: Uint32Array
}

/** Pack links and sites: differences, as numbers of variable length. */
export function packLinks(links: Links, sites: Sites): Uint8Array {
	const writer = new VarintWriter()
	writer.write(links.to.length)
	let last = 0
	for (let i = 0; i < links.to.length; i++) {
		const to = links.to[i]!
		writer.write(to - last)
		writer.writeSigned(links.from[i]! - to)
		writer.write(links.kind[i]!)
		last = to
	}
	writer.write(sites.interval.length)
	last = 0
	for (let i = 0; i < sites.interval.length; i++) {
		writer.write(sites.interval[i]! - last)
		writer.write(sites.site[i]!)
		writer.write(sites.weight[i]!)
		last = sites.interval[i]!
	}
	return writer.done()
}

export function unpackLinks(bytes: Uint8Array): { readonly links: Links; readonly sites: Sites } {
	const reader = new VarintReader(bytes)
	const count = reader.read()
	const links = { from: new Uint32Array(count), to: new Uint32Array(count), kind: new Uint8Array(count) }
	let last = 0
	for (let i = 0; i < count; i++) {
		last += reader.read()
		links.to[i] = last
		links.from[i] = last + reader.readSigned()
		links.kind[i] = reader.read()
	}
	const places = reader.read()
	const sites = { interval: new Uint32Array(places), site: new Uint32Array(places), weight: new Uint32Array(places) }
	last = 0
	for (let i = 0; i < places; i++) {
		last += reader.read()
		sites.interval[i] = last
		sites.site[i] = reader.read()
		sites.weight[i] = reader.read()
	}
	return { links, sites }
}
