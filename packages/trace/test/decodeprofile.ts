import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'

export interface ProfileRow {
	/** The innermost first. */
	readonly stack: string[]
	readonly values: number[]
	readonly labels: Record<string, string>
}

/** A profile with its texts in their places. */
export interface DecodedProfile {
	readonly types: string[]
	readonly rows: ProfileRow[]
	/** Names and places of all functions. */
	readonly files: string[]
}

/** Decode what pprof takes. */
export function decodeProfile(bytes: Uint8Array): DecodedProfile {
	const decoded = Profile.decode(gunzipSync(bytes))
	const text = (i: number | bigint): string => decoded.stringTable.strings[Number(i)]!
	const functions = new Map(decoded.function.map(f => [f.id, f]))
	return {
		types: decoded.sampleType.map(t => `${text(t.type)}/${text(t.unit)}`),
		files: decoded.function.map(f => `${text(f.name)} ${text(f.filename)}:${f.startLine}`),
		rows: decoded.sample.map(s => ({
			stack: s.locationId.map(id => text(functions.get(id)!.name)),
			values: s.value.map(Number),
			labels: Object.fromEntries(s.label.map(l => [text(l.key), text(l.str)])),
		})),
	}
}
