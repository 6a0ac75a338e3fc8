/** Which files the plugin rewrites. It crosses the border of processes, as JSON. */
export interface PluginGlobs {
	/** Globs are relative to this directory. */
	readonly root: string
	/** Those that begin with `!` exclude. */
	readonly awaits: readonly string[]
}

/** The environment variable by which the plugin, in the process of vite, reaches the processes and threads of tests. */
export const variable = 'TSGOTRACE_AWAITS'

/** What the plugin has made of the files that a test has loaded. */
export interface LoadedPoints {
	readonly globs: PluginGlobs
	/** Files that match, each with the number of its awaits. */
	readonly files: ReadonlyMap<string, number>
}

const files = new Map<string, number>()

/** Called by each file that the plugin has rewritten, when it loads. */
export function matched(file: string, awaits: number): void {
	files.set(file, awaits)
}

/** The choice points that the plugin has made so far; undefined if there is no plugin. */
export function points(): LoadedPoints | undefined {
	const text = process.env[variable]
	return text === undefined || text === '' ? undefined : { globs: JSON.parse(text) as PluginGlobs, files }
}

/** Why no await is a choice point though the plugin is loaded; undefined if some are, or if there is no plugin. */
export function pointless(found: LoadedPoints | undefined = points()): string | undefined {
	if (found === undefined || [...found.files.values()].some(awaits => awaits > 0)) return undefined
	const { awaits, root } = found.globs
	const globs = awaits.map(glob => `'${glob}'`).join(', ')
	if (found.files.size === 0)
		return `no await is a choice point: ${globs} matches no file that was loaded (globs are relative to ${root})`
	return `no await is a choice point: the files that match ${globs} have none (${[...found.files.keys()].join(', ')})`
}
