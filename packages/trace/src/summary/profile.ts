import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { type SampleType, samplesOf, sampleTypesOf } from '../format/pprof.js'

/** The values of one frame, one number per type. */
export interface ProfileRow {
	readonly name: string
	/** In the frame itself. */
	readonly own: readonly number[]
	/** In the frame and in everything that it called. */
	readonly all: readonly number[]
}

/** Where most was counted in a profile. */
export interface ProfileSummary {
	readonly types: readonly SampleType[]
	/** Sorted by their own numbers of the usual type, the largest first. */
	readonly rows: readonly ProfileRow[]
	/** The index in {@link ProfileSummary.types} of the type to show. */
	readonly usual: number
	readonly total: readonly number[]
}

/**
 * Sum up a pprof profile by frames.
 *
 * @param bytes the profile, gzipped or not
 * @throws Error if the bytes are not a profile
 */
export function profileSummary(bytes: Uint8Array): ProfileSummary {
	const profile = Profile.decode(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)
	const types = sampleTypesOf(profile)
	const none = (): number[] => types.map(() => 0)
	const rows = new Map<string, { name: string; own: number[]; all: number[] }>()
	const total = none()
	for (const { stack, values } of samplesOf(profile)) {
		add(total, values)
		const seen = new Set<string>()
		for (const [depth, { name }] of stack.entries()) {
			let row = rows.get(name)
			if (row === undefined) rows.set(name, (row = { name, own: none(), all: none() }))
			if (depth === 0) add(row.own, values)
			// A recursive function counts once.
			if (!seen.has(name)) add(row.all, values)
			seen.add(name)
		}
	}
	const name = profile.stringTable.strings[Number(profile.defaultSampleType)]
	const usual = Math.max(
		0,
		types.findIndex(type => type.name === name) === -1 ? types.length - 1 : types.findIndex(type => type.name === name),
	)
	const sorted = [...rows.values()].sort((a, b) => b.own[usual]! - a.own[usual]! || b.all[usual]! - a.all[usual]!)
	return { types, rows: sorted, usual, total }
}

function add(sums: number[], values: readonly number[]): void {
	for (const [i, value] of values.entries()) sums[i]! += value
}
