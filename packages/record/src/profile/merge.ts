import { gunzipSync, gzipSync } from 'node:zlib'
import { type Frame, ProfileBuilder } from '@tsgotrace/trace/format/pprof'
import { Profile } from 'pprof-format'

interface Merged {
	readonly stack: readonly Frame[]
	readonly labels: Readonly<Record<string, string>>
	readonly values: number[]
}

/** One profile out of those of several threads, which have the same types of values. */
export function mergeProfiles(profiles: readonly Uint8Array[]): Uint8Array {
	const decoded = profiles.map(bytes => Profile.decode(gunzipSync(bytes)))
	const merged = new Map<string, Merged>()
	for (const profile of decoded) for (const sample of samplesOf(profile)) add(merged, sample)
	const [first] = decoded
	const text = (i: number | bigint): string => first!.stringTable.strings[Number(i)] ?? ''
	const builder = new ProfileBuilder(
		first === undefined ? [] : first.sampleType.map(({ type, unit }) => ({ name: text(type), unit: text(unit) })),
	)
	for (const { stack, labels, values } of merged.values()) builder.add(stack, values, labels)
	const starts = decoded.map(p => BigInt(p.timeNanos))
	const start = starts.reduce((a, b) => (a < b ? a : b), starts[0] ?? 0n)
	const duration = Math.max(0, ...decoded.map(p => Number(p.durationNanos)))
	return gzipSync(builder.build({ start, duration, usual: first === undefined ? '' : text(first.defaultSampleType) }).encode())
}

function add(merged: Map<string, Merged>, sample: Merged): void {
	const key = JSON.stringify([sample.stack, sample.labels])
	const known = merged.get(key)
	if (known === undefined) merged.set(key, sample)
	else for (const [i, value] of sample.values.entries()) known.values[i]! += value
}

function samplesOf(profile: Profile): Merged[] {
	const text = (i: number | bigint): string => profile.stringTable.strings[Number(i)] ?? ''
	const functions = new Map(profile.function.map(f => [Number(f.id), f]))
	const frames = new Map(
		profile.location.map(({ id, line: [line] }) => {
			const f = functions.get(Number(line!.functionId))!
			return [Number(id), { name: text(f.name), file: text(f.filename), line: Number(line!.line) }]
		}),
	)
	return profile.sample.map(({ locationId, label, value }) => ({
		stack: locationId.map(id => frames.get(Number(id))!),
		labels: Object.fromEntries(label.map(l => [text(l.key), text(l.str)])),
		values: value.map(Number),
	}))
}
