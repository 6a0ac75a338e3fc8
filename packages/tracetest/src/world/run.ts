import { census } from '../platform/census.js'
import { mustBeFunction } from '../platform/check.js'
import { VirtualClock } from '../platform/clock.js'
import { context } from '../platform/context.js'
import { Suspended } from '../platform/suspended.js'
import { explain, keep } from './errors.js'
import { codeFrame } from './frame.js'
import { here } from './here.js'
import { Listener } from './listener.js'
import { Monitor } from './monitor.js'
import { checkNames, type RunOptions, runOptionNames, settingsOf } from './options.js'
import { T } from './t.js'
import { World } from './world.js'

/** At how many promises `run` looks, to say where a task hangs: it costs some milliseconds at most. */
const looked = 5000

/** The body of a test. */
export type Body = (t: T) => unknown

/**
 * Run the body of a test once, as a plain test does.
 *
 * The test is over when its body and all tasks have ended and nothing more comes, or at its first failure, which counts
 * even if the body catches it. Then all probes are detached; what the body has started and what still signals is
 * refused with {@link TraceNak}.
 *
 * @throws what the body throws; {@link ExpectError} and {@link DeadlockError} of its expectations; what a task has
 * thrown that is not awaited; if an event is left at the end; `TypeError` and `RangeError` for invalid options
 * @example
 * import { run } from '@tsgotrace/tracetest'
 * import { traceStored, traceStored_Event } from './ztrace.js'
 *
 * //trace:event async traceStored(id: number)
 * async function store(id: number): Promise<void> {
 * 	if (traceStored) await traceStored(id)
 * }
 *
 * await run(async t => {
 * 	t.attach(traceStored_Event)
 * 	t.go('A', () => store(1))
 * 	await t.expect('default', traceStored_Event, 1)
 * })
 */
export async function run(body: Body, options: RunOptions = {}): Promise<void> {
	mustBeFunction('run', body)
	checkNames('run', options, runOptionNames)
	const settings = settingsOf(options)
	const listener = new Listener()
	const suspended = new Suspended(looked)
	const clock = settings.time === 'virtual' ? new VirtualClock() : undefined
	const world = new World(settings, listener, { clock, suspended })
	listener.current = world
	const stop = world.endWith(settings.signal)
	suspended.start()
	// For a test that this one is called in, which waits.
	const leave = census.enter('run')
	try {
		await context.run(undefined, () => {
			world.start(() => body(new T(world)))
			return new Promise<void>(done => new Monitor(world, done))
		})
	} finally {
		stop()
		suspended.stop()
		listener.done()
		clock?.uninstall()
		leave()
	}
	const { failure } = world
	if (failure === undefined) return
	if (settings.frame) explain(failure, [codeFrame(failure)])
	if (here() !== undefined) keep(failure)
	throw failure
}
