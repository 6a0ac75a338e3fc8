import { expect } from 'vitest'
import type { App, Load, Result, Scenario } from './app.js'
import type { Library } from './library.js'

/** Every event of `hello`, once. */
const oneUse = ['bye you!', 'hello YOU 1.0', 'recv 42 1', 'saved 7']

const probes = (format: 'esm' | 'cjs'): string[] => ['probes.js', 'net/probes.js'].map(file => `out/${format}/${file}`)

/** A scenario, and in how many copies each event is alive when it is attached and at the end. */
export interface Expected {
	readonly title: string
	readonly scenario: Scenario
	readonly copies: readonly [number, number]
}

/**
 * The app as ESM and as CommonJS; it loads the copies in `loads`; it attaches before, between and after they are
 * loaded.
 *
 * @param together of one library that is both imported and required, how many copies come to life
 */
export function scenarios(loads: readonly (readonly Load[])[], together: 1 | 2): Expected[] {
	const copiesOf = (load: readonly Load[]): number =>
		new Set(load.map(([how, specifier]) => (together === 2 ? `${how} ${specifier}` : specifier))).size
	return (['esm', 'cjs'] as const).flatMap(format =>
		loads.flatMap(load =>
			Array.from({ length: load.length + 1 }, (_, attachAfter) => ({
				title: `${format} app, ${load.map(l => l.join(' ')).join(', ')}, attached after ${attachAfter}`,
				scenario: { probes: probes(format), load, attachAfter },
				copies: [copiesOf(load.slice(0, attachAfter)), copiesOf(load)] as const,
			})),
		),
	)
}

/** One copy in either format, and both in one process. */
export const formats: readonly (readonly Load[])[] = [
	[['import', 'hello']],
	[['require', 'hello']],
	[
		['import', 'hello'],
		['require', 'hello'],
	],
]

/** Two installed versions: in one format each, and in all formats that there are. */
export function versions(library: Library): readonly (readonly Load[])[] {
	const imports: Load[] = [
		['import', 'hello'],
		['import', 'other'],
	]
	const requires: Load[] = [
		['require', 'other'],
		['require', 'hello'],
	]
	return library.copies === 1 ? [imports] : [imports, requires, [...imports, ...requires]]
}

/** Run the scenarios: every live copy is reached, each call is a hit, and none after the detach. */
export async function expectAllReached(app: App, expected: readonly Expected[]): Promise<void> {
	const results = await app.run(expected.map(e => e.scenario))
	for (const [i, { title, scenario, copies }] of expected.entries()) {
		const { seen, ...rest } = results[i]!
		const each = (n: number): number[] => oneUse.map(() => n)
		expect({ title, ...rest, seen: [...seen].sort() }).toEqual({
			title,
			copiesAtAttach: each(copies[0]),
			copies: each(copies[1]),
			copiesAfterDetach: each(0),
			seen: oneUse.flatMap(hit => scenario.load.map(() => hit)),
			seenAfterDetach: 0,
			error: null,
			uncaught: [],
		})
	}
}

/** `hello` as it was imported and, under the name `other`, a version that has changed the signature of traceHello. */
export async function expectStaleReported(app: App): Promise<void> {
	const load: Load[] = [
		['import', 'hello'],
		['import', 'other'],
	]
	const runs = (['esm', 'cjs'] as const).flatMap(format =>
		[2, 1, 0].map((attachAfter): Scenario => ({ probes: probes(format), load, attachAfter })),
	)
	const message =
		'event hello:traceHello was imported as (greeting: Greeting, times?: number) but the running copy has (greeting: Greeting, times?: string)' +
		' (in src/hello.ts); run "tsgotrace gen" again where it is imported'
	for (const [i, result] of (await app.run(runs)).entries()) {
		const { attachAfter } = runs[i]!
		if (attachAfter === 2) {
			// Attaching throws, and attaches to none: not even to the copy that fits.
			expect(result).toMatchObject({
				error: message,
				uncaught: [],
				seen: [],
				seenAfterDetach: 0,
			} satisfies Partial<Result>)
			continue
		}
		// The module that loads must not see the error, so it is reported; the copy that fits is reached, as is all else of
		// the new one.
		expect(result).toMatchObject({ error: null, uncaught: [message], seenAfterDetach: 0 } satisfies Partial<Result>)
		expect(result.copies).toEqual([1, 2, 2, 2])
		expect([...result.seen].sort()).toEqual(oneUse.flatMap(hit => (hit.startsWith('hello') ? [hit] : [hit, hit])))
	}
}
