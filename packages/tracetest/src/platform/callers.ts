/** Files of test runners, as call sites name them. */
const runner = /[\\/]node_modules[\\/](?:vitest|@vitest[\\/][^\\/]+|tinypool|vite)[\\/]|^node:internal\/test_runner\b/

/**
 * Whether what calls is the test runner alone: neither the program nor a library of it has a part in it. Where nobody can be seen, as in
 * callbacks of Node, it is not.
 *
 * @param below the function whose callers are meant
 */
export function isRunner(below: (...args: never[]) => unknown): boolean {
	let found = false
	for (const file of callersOf(below)) {
		if (runner.test(file)) found = true
		else if (file !== '' && !file.startsWith('node:')) return false
	}
	return found
}

/** The files of the functions that called `below`, those of Node included. Those of the language, such as `new Promise`, have none. */
export function callersOf(below: (...args: never[]) => unknown): string[] {
	const before = { prepareStackTrace: Reflect.get(Error, 'prepareStackTrace') as unknown, stackTraceLimit: Error.stackTraceLimit }
	const holder: { stack?: unknown } = {}
	// Frames as they are: a runner's own function would map each of them to its source, which takes long.
	const mine = Reflect.set(Error, 'prepareStackTrace', (_: unknown, sites: NodeJS.CallSite[]) => sites)
	const longer = Reflect.set(Error, 'stackTraceLimit', 50)
	try {
		Error.captureStackTrace(holder, below)
		const sites = holder.stack
		// Asynchronous callers wait, and have done nothing now.
		if (Array.isArray(sites)) return (sites as NodeJS.CallSite[]).filter(site => !isAsync(site)).map(nameOf)
		return []
	} finally {
		if (mine) Reflect.set(Error, 'prepareStackTrace', before.prepareStackTrace)
		if (longer) Reflect.set(Error, 'stackTraceLimit', before.stackTraceLimit)
	}
}

function isAsync(site: NodeJS.CallSite): boolean {
	return (site as Partial<Record<'isAsync', () => boolean>>).isAsync?.() === true
}

function nameOf(site: NodeJS.CallSite): string {
	return site.getFileName() ?? site.getEvalOrigin() ?? ''
}
