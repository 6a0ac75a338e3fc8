/** Files of test runners, as call sites name them. */
const runner = /[\\/]node_modules[\\/](?:vitest|@vitest[\\/][^\\/]+|tinypool|vite)[\\/]|^node:internal\/test_runner\b/

/**
 * Whether what calls is the test runner alone: neither the program nor a library of it has a part in it. Where no
 * caller is visible, as in callbacks of Node, it is not.
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

/**
 * The files of the functions that called `below`, those of Node included. Those of the language, such as `new Promise`,
 * have none.
 */
export function callersOf(below: (...args: never[]) => unknown): string[] {
	return sitesBelow(below, 50).map(nameOf)
}

/**
 * The calls that led to `below`, innermost first. Asynchronous callers wait, and have done nothing now: they are left
 * out.
 */
export function sitesBelow(below: (...args: never[]) => unknown, max: number): NodeJS.CallSite[] {
	const before = {
		prepareStackTrace: Reflect.get(Error, 'prepareStackTrace') as unknown,
		stackTraceLimit: Error.stackTraceLimit,
	}
	const holder: { stack?: unknown } = {}
	// Frames as they are: a runner's own function would map each of them to its source, which takes long.
	const mine = Reflect.set(Error, 'prepareStackTrace', (_: unknown, sites: NodeJS.CallSite[]) => sites)
	const longer = Reflect.set(Error, 'stackTraceLimit', max)
	try {
		Error.captureStackTrace(holder, below)
		const sites = holder.stack
		return Array.isArray(sites) ? (sites as NodeJS.CallSite[]).filter(site => !isAsync(site)) : []
	} finally {
		if (mine) Reflect.set(Error, 'prepareStackTrace', before.prepareStackTrace)
		if (longer) Reflect.set(Error, 'stackTraceLimit', before.stackTraceLimit)
	}
}

function isAsync(site: NodeJS.CallSite): boolean {
	return (site as Partial<Record<'isAsync', () => boolean>>).isAsync?.() === true
}

/** Empty for a function of the language. */
export function nameOf(site: NodeJS.CallSite): string {
	return site.getFileName() ?? site.getEvalOrigin() ?? ''
}
