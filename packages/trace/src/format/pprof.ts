import {
	Function as CodeFunction,
	Location as CodeLocation,
	Label,
	Line,
	Profile,
	Sample,
	StringTable,
	ValueType,
} from 'pprof-format'

/** A location in a program, or a name in place of one. */
export interface Frame {
	readonly name: string
	/** Empty if there is none. */
	readonly file: string
	readonly line: number
}

/** The type of the values of samples. */
export interface SampleType {
	readonly name: string
	/** As pprof names them: `count`, `bytes`, `nanoseconds`, `milliseconds`, … */
	readonly unit: string
}

/** Assembles a profile, and writes each frame and text once. */
export class ProfileBuilder {
	readonly #strings = new StringTable()
	readonly #functions: CodeFunction[] = []
	readonly #locations: CodeLocation[] = []
	readonly #ids = new Map<string, number>()
	readonly #samples: Sample[] = []
	readonly #types: readonly SampleType[]

	constructor(types: readonly SampleType[]) {
		this.#types = types
	}

	/**
	 * Add a sample.
	 *
	 * @param stack the innermost frame first
	 * @param values one of each type; rounded, as pprof has integers
	 */
	add(stack: readonly Frame[], values: readonly number[], labels: Readonly<Record<string, string>>): void {
		this.#samples.push(
			new Sample({
				locationId: stack.map(frame => this.#location(frame)),
				value: values.map(value => Math.round(value)),
				label: Object.entries(labels).map(
					([key, text]) => new Label({ key: this.#strings.dedup(key), str: this.#strings.dedup(text) }),
				),
			}),
		)
	}

	/** @param usual the type that pprof shows by default */
	build({
		start,
		duration,
		usual,
	}: {
		readonly start: bigint
		readonly duration: number
		readonly usual: string
	}): Profile {
		const strings = this.#strings
		return new Profile({
			sampleType: this.#types.map(
				({ name, unit }) => new ValueType({ type: strings.dedup(name), unit: strings.dedup(unit) }),
			),
			sample: this.#samples,
			location: this.#locations,
			function: this.#functions,
			stringTable: strings,
			timeNanos: start,
			durationNanos: Math.round(duration),
			defaultSampleType: strings.dedup(usual),
		})
	}

	#location({ name, file, line }: Frame): number {
		const key = `${name}\0${file}\0${line}`
		const known = this.#ids.get(key)
		if (known !== undefined) return known
		const id = this.#ids.size + 1
		this.#ids.set(key, id)
		const called = this.#strings.dedup(name)
		this.#functions.push(
			new CodeFunction({ id, name: called, systemName: called, filename: this.#strings.dedup(file), startLine: line }),
		)
		this.#locations.push(new CodeLocation({ id, line: [new Line({ functionId: id, line })] }))
		return id
	}
}

/** `src/a.ts:12` as a frame. */
export function frameAt(name: string, source: string): Frame {
	const [, file = '', line = '0'] = /^(.*?)(?::(\d+))?$/s.exec(source)!
	return { name, file, line: Number(line) }
}

/** A stack of a profile, and its values. */
export interface ProfileSample {
	/** The innermost frame first. */
	readonly stack: readonly Frame[]
	readonly labels: Readonly<Record<string, string>>
	/** One of each type of the profile. */
	readonly values: number[]
}

/** All samples of a profile. A location with inlined functions counts as the innermost of them. */
export function samplesOf(profile: Profile): ProfileSample[] {
	const text = (i: number | bigint): string => profile.stringTable.strings[Number(i)] ?? ''
	const functions = new Map(profile.function.map(f => [Number(f.id), f]))
	const frames = new Map(
		profile.location.map(({ id, address, line: [line] }) => {
			const f = line === undefined ? undefined : functions.get(Number(line.functionId))
			const name = f === undefined ? `0x${BigInt(address ?? 0).toString(16)}` : text(f.name)
			return [Number(id), { name, file: f === undefined ? '' : text(f.filename), line: Number(line?.line ?? 0) }]
		}),
	)
	return profile.sample.map(({ locationId, label, value }) => ({
		stack: locationId.map(id => frames.get(Number(id)) ?? { name: '?', file: '', line: 0 }),
		labels: Object.fromEntries(label.map(l => [text(l.key), text(l.str)])),
		values: value.map(Number),
	}))
}

/** Names and units of the values of a profile. */
export function sampleTypesOf({ sampleType, stringTable: { strings } }: Profile): SampleType[] {
	return sampleType.map(({ type, unit }) => ({ name: strings[Number(type)] ?? '', unit: strings[Number(unit)] ?? '' }))
}

/** `src/a.ts:12:5` as a frame: columns have no place in one. */
export function frameOfSite(site: string): Frame {
	const [, place = site] = /^(.*:\d+):\d+$/s.exec(site) ?? []
	return frameAt(site, place)
}
