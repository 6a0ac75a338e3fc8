import { gunzipSync, gzipSync } from 'node:zlib'
import { ProfileBuilder, type ProfileSample, samplesOf, sampleTypesOf } from '@tsgotrace/trace/format/pprof'
import { Profile } from 'pprof-format'

/** Merged profiles of several threads. */
export interface MergedProfile {
	/** Gzipped. */
	readonly bytes: Uint8Array
	/** Number of signals; an estimate if only a part of them had their stacks taken. */
	readonly signals: number
}

/**
 * Merge the profiles of several threads into one. They have the same types of values, of which the first one counts
 * signals.
 */
export function mergeProfiles(profiles: readonly Uint8Array[]): MergedProfile {
	const decoded = profiles.map(bytes => Profile.decode(gunzipSync(bytes)))
	const merged = new Map<string, ProfileSample>()
	for (const profile of decoded) for (const sample of samplesOf(profile)) add(merged, sample)
	const [first] = decoded
	const builder = new ProfileBuilder(first === undefined ? [] : sampleTypesOf(first))
	for (const { stack, labels, values } of merged.values()) builder.add(stack, values, labels)
	const starts = decoded.map(p => BigInt(p.timeNanos))
	const start = starts.reduce((a, b) => (a < b ? a : b), starts[0] ?? 0n)
	const duration = Math.max(0, ...decoded.map(p => Number(p.durationNanos)))
	const signals = [...merged.values()].reduce((sum, { values }) => sum + values[0]!, 0)
	const profile = builder.build({
		start,
		duration,
		usual: first?.stringTable.strings[Number(first.defaultSampleType)] ?? '',
	})
	return { bytes: gzipSync(profile.encode()), signals }
}

function add(merged: Map<string, ProfileSample>, sample: ProfileSample): void {
	const key = JSON.stringify([sample.stack, sample.labels])
	const known = merged.get(key)
	if (known === undefined) merged.set(key, sample)
	else for (const [i, value] of sample.values.entries()) known.values[i]! += value
}
