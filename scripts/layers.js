// Which package may import which: the one list that the linter enforces and `npm run check:layers` holds ARCHITECTURE.md against.

/** Packages of ours by folder, with what their sources may import of others of ours: a package with all its entries, or the entries below a path. */
export const layers = {
	'packages/runtime': [],
	'packages/gen': [],
	'packages/tracetest': ['@tsgotrace/runtime'],
	'packages/trace': [],
	'packages/record': ['@tsgotrace/runtime', '@tsgotrace/trace/format'],
	'packages/exec': ['@tsgotrace/record', '@tsgotrace/runtime', '@tsgotrace/trace'],
	'packages/tree': [],
	'packages/live': ['@tsgotrace/record', '@tsgotrace/runtime', '@tsgotrace/trace/format', '@tsgotrace/tree/attach'],
	'packages/view': ['@tsgotrace/trace'],
	cmd: [
		'@tsgotrace/exec/launch',
		'@tsgotrace/gen',
		'@tsgotrace/live',
		'@tsgotrace/record',
		'@tsgotrace/trace',
		'@tsgotrace/tree',
		'@tsgotrace/view',
	],
}

/** What only some files of a package may import: a pattern of specifiers, the files below `packages/`, and why. */
export const guarded = [
	{
		folder: 'packages/runtime',
		specifier: /^[^.]/,
		only: /^$/,
		why: 'The runtime imports nothing: no package, and nothing of Node.',
	},
	{
		folder: 'packages/gen',
		specifier: /^(ts-morph|typescript)(\/|$)/,
		only: /^ts\//,
		why: 'The compiler is imported in src/ts only.',
	},
	{
		folder: 'packages/tracetest',
		specifier: /^vitest(\/|$)/,
		only: /^bindings\/(vitest|vitest-types|setup)\.ts$/,
		why: 'Only bindings/vitest.ts, its types and the setup file bindings/setup.ts know vitest.',
	},
]

/** The rooms of a package, from the bottom up: each imports itself and those before it. Files beside the rooms have the name ''. */
export const roomsOf = {
	'packages/tracetest': ['platform', 'world', 'explore', 'report', '', 'bindings'],
	'packages/record': ['engine', 'process', 'events', 'sinks', '', 'preload', 'profile', 'launch'],
}

/** The package of ours that a specifier names, or null. */
export function ourPackage(specifier) {
	return /^(@tsgotrace\/[^/]+|tsgotrace)(\/|$)/.exec(specifier)?.[1] ?? null
}

/** Whether the sources in `folder` may import `specifier`, if that names a package of ours. */
export function mayImport(folder, specifier) {
	return (
		ourPackage(specifier) === null ||
		layers[folder].some(allowed => specifier === allowed || specifier.startsWith(`${allowed}/`))
	)
}
