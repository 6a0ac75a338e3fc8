import type { Detail, Header } from '../data/header.js'
import type { LinkKind } from '../data/links.js'

/** An argument that has a value. */
export interface ArgumentFilter {
	readonly name: string
	/** The text; JSON if the argument is not a text. */
	readonly value: string
}

/** The layout of a row: its pixels in the picture. */
export interface PlacedRow {
	readonly row: number
	/** In pixels of the picture. */
	readonly top: number
	readonly height: number
	/** `stack`: how many slices are open over time; `lanes`: each lane for itself. */
	readonly as: 'stack' | 'lanes' | 'line'
}

/** The requests of the page to its worker. */
export type PageRequest =
	| {
			readonly type: 'load'
			readonly columns: ArrayBuffer
			readonly points: ArrayBuffer
			readonly links: ArrayBuffer
			readonly samples: ArrayBuffer
			readonly header: Header
			readonly details: readonly string[]
	  }
	| { readonly type: 'read'; readonly files: readonly Blob[]; readonly title: string }
	| {
			readonly type: 'draw'
			readonly from: number
			readonly to: number
			readonly width: number
			readonly height: number
			/** Device pixels per pixel of the page. */
			readonly scale: number
			readonly placed: readonly PlacedRow[]
			readonly colors: PageColors
			/** By name: whether it is shown at full strength. Null if all are. */
			readonly shown: Uint8Array | null
			/** By name: the order of stacking. */
			readonly layers: Uint32Array
	  }
	| {
			readonly type: 'at'
			readonly ask: number
			readonly row: number
			readonly lane: number
			readonly depth: number
			readonly time: number
			readonly slack: number
	  }
	| { readonly type: 'find'; readonly ask: number; readonly interval: number }
	| { readonly type: 'detail'; readonly ask: number; readonly interval: number }
	| {
			readonly type: 'sums'
			readonly ask: number
			readonly from: number
			readonly to: number
			readonly shown: Uint8Array | null
	  }
	| { readonly type: 'nearest'; readonly ask: number; readonly name: number; readonly time: number }
	| { readonly type: 'inside'; readonly ask: number; readonly interval: number }
	| {
			readonly type: 'next'
			readonly ask: number
			readonly interval: number | null
			readonly by: 1 | -1
			readonly shown: Uint8Array | null
	  }
	| {
			readonly type: 'beside'
			readonly ask: number
			readonly interval: number | null
			readonly time: number
			readonly by: 1 | -1
			readonly shown: Uint8Array | null
	  }
	| { readonly type: 'filter'; readonly ask: number; readonly filters: readonly ArgumentFilter[] }
	| {
			readonly type: 'slowest'
			readonly ask: number
			readonly name: number
			readonly least: number
			readonly below: number
	  }
	| {
			readonly type: 'closest'
			readonly ask: number
			readonly name: number
			readonly took: number
			readonly from: number
			readonly to: number
	  }
	| { readonly type: 'waitAt'; readonly ask: number; readonly site: string }
	| {
			readonly type: 'arrows'
			readonly ask: number
			readonly from: number
			readonly to: number
			readonly of: number | null
	  }
	| { readonly type: 'path'; readonly ask: number; readonly of: number }
	| {
			readonly type: 'flame'
			readonly ask: number
			readonly of: FlameKind
			readonly from: number
			readonly to: number
			readonly shown: Uint8Array | null
	  }
	| { readonly type: 'overview'; readonly ask: number; readonly width: number }

export type DrawRequest = Extract<PageRequest, { type: 'draw' }>

/** 0xAABBGGRR, as a picture has them in memory. */
export interface PageColors {
	readonly background: number
	readonly names: Uint32Array
	readonly dimmed: number
	readonly line: number
}

/** A name to write on a slice. */
export interface Label {
	readonly x: number
	readonly y: number
	readonly width: number
	readonly height: number
	readonly name: number
	/** Whether the filter by arguments lets it through. */
	readonly isIn: boolean
}

/** A picture of rows. */
export interface DrawnRows {
	readonly type: 'tile'
	readonly from: number
	readonly to: number
	readonly width: number
	readonly height: number
	readonly scale: number
	readonly placed: readonly PlacedRow[]
	readonly labels: readonly Label[]
	/** By row: the maximum number of open slices, or the range of a counter. */
	readonly peaks: readonly { readonly row: number; readonly max: number; readonly min: number }[]
}

/** An interval of the columns. */
export interface FoundInterval {
	readonly interval: number
	readonly row: number
	readonly lane: number
	readonly depth: number
	readonly start: number
	readonly end: number
	readonly name: number
}

/** Slices of one name in a range of time. Full durations in nanoseconds, of all slices that touch it. */
export interface Sum {
	readonly name: number
	readonly count: number
	/** The part of the range that the slices cover. */
	readonly within: number
	readonly mean: number
	readonly min: number
	readonly max: number
	readonly p50: number
	readonly p99: number
	/** Counts by powers of two of nanoseconds. */
	readonly powers: readonly number[]
}

/** An arrow from one interval to another, with its time. */
export interface Arrow {
	readonly kind: LinkKind
	/** For a wake or start: what the task did at that time. */
	readonly from: FoundInterval
	readonly to: FoundInterval
	readonly begin: number
	readonly end: number
	/** The outermost tasks or slices of these. */
	readonly fromTask: FoundInterval
	readonly toTask: FoundInterval
}

/** A step of a critical path, from its time until the next step. */
export interface PathInterval {
	readonly from: number
	readonly to: number
	/** The state or slice that it was in, or the task itself. */
	readonly at: FoundInterval
	readonly task: FoundInterval
	/** Where it waited. */
	readonly site: string | null
}

/** The kind of flame graph: nested slices, or tasks by state and place, for all states or one. */
export type FlameKind = string

/** A frame of a flame graph. */
export interface Flame {
	readonly name: string
	/** Nanoseconds. */
	readonly value: number
	readonly count: number
	readonly children: readonly Flame[]
}

/** A part of the overview: of a name, or -1 for slices of all names. */
export interface Layer {
	readonly name: number
	/** How many are open, for each pixel. */
	readonly values: Float64Array
}

export type WorkerAnswer =
	| number
	| FoundInterval
	| null
	| Detail
	| readonly Sum[]
	| readonly FoundInterval[]
	| readonly Layer[]
	| readonly Arrow[]
	| readonly PathInterval[]
	| Flame

export type WorkerReply =
	/** Has a header if the worker read the files. */
	| { readonly type: 'loaded'; readonly header: Header | null }
	| { readonly type: 'progress'; readonly bytes: number; readonly size: number }
	/** With an ImageBitmap. */
	| (DrawnRows & { readonly picture: unknown })
	| { readonly type: 'answer'; readonly ask: number; readonly value: WorkerAnswer }
	| { readonly type: 'failed'; readonly message: string }
