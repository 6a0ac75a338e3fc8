// `call <file> <event>`: signal an event once, so that its stub is compiled.
// `look <built fixture>`: ask V8 about the generated code, and print the answers as JSON. Needs --allow-natives-syntax.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInThisContext } from 'node:vm'

const [what, place, name] = process.argv.slice(2)
const load = file => import(pathToFileURL(file).href)
// In a string, for the sake of tools that read this file.
const native = (params, call) => runInThisContext(`(${params}) => %${call}`)

async function look(dir) {
	const hasFastProperties = native('o', 'HasFastProperties(o)')
	const haveSameMap = native('a, b', 'HaveSameMap(a, b)')
	const prepare = native('f', 'PrepareFunctionForOptimization(f)')
	const optimize = native('f', 'OptimizeFunctionOnNextCall(f)')
	const status = native('f', 'GetOptimizationStatus(f)')
	// The bits of the status change from one V8 to the next: these are set when a function is optimized.
	const sample = n => n + 1
	prepare(sample)
	const plain = status(sample)
	sample(1)
	optimize(sample)
	sample(1)
	const optimized = status(sample) & ~plain
	const isOptimized = f => (status(f) & optimized) === optimized

	const z = await load(join(dir, 'esm/ztrace.js'))
	const { hash } = await load(join(dir, 'esm/work-event.js'))
	const { setup } = await import('@tsgotrace/runtime')
	const required = (await load(join(dir, 'cjs/ztrace.js'))).default

	const attach = name => setup(() => z[`${name}_Attach`](null, () => {}))
	const optimizedAfter = action => {
		prepare(hash)
		for (let i = 0; i < 50; i++) hash(1000)
		optimize(hash)
		hash(1000)
		const before = isOptimized(hash)
		action()
		// Code that is marked for deoptimization goes when it is called.
		if (isOptimized(hash)) hash(1)
		return { before, after: isOptimized(hash) }
	}

	return {
		/** The exports of TypeScript's CommonJS output are not in dictionary mode. */
		fastExports: hasFastProperties(required),
		/** Two events do not share a hidden class: what happens to one is nothing to the other. */
		ownHiddenClass: !haveSameMap(z.traceHashed_Event, z.traceOther_Event),
		/** Code that signals one event survives probes on another one. */
		otherAttached: optimizedAfter(() => attach('traceOther')),
		/** ... and does not survive the first probe on its own: it contained no check to find it. */
		ownAttached: optimizedAfter(() => attach('traceHashed')),
	}
}

if (what === 'call') (await load(place))[name](1, 2, 3, 4)
else console.log(JSON.stringify(await look(place)))
