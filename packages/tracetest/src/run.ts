import { census } from './census.js'
import { mustBeFunction } from './check.js'
import { Clock } from './clock.js'
import { context } from './context.js'
import { explain, keep } from './errors.js'
import { codeFrame } from './frame.js'
import { Listener } from './listener.js'
import { Monitor } from './monitor.js'
import { type RunOptions, settingsOf } from './options.js'
import { T } from './t.js'
import { World } from './world.js'

/** The body of a test. */
export type Body = (t: T) => unknown

/**
 * Run the body of a test once, in the order in which things happen to happen.
 *
 * @throws what the body throws; {@link ExpectError} and {@link DeadlockError} of its expectations; if something is left at the end
 */
export async function run(body: Body, options: RunOptions = {}): Promise<void> {
	mustBeFunction('run', body)
	const settings = settingsOf(options)
	const listener = new Listener()
	const clock = settings.time === 'virtual' ? new Clock() : undefined
	const world = new World(settings, listener, { clock })
	listener.current = world
	// For a test that this one is called in, which waits.
	const leave = census.enter('run')
	try {
		await context.run(undefined as never, () => {
			world.start(() => body(new T(world)))
			return new Promise<void>(done => new Monitor(world, done))
		})
	} finally {
		listener.done()
		clock?.uninstall()
		leave()
	}
	const { failure } = world
	if (failure === undefined) return
	if (settings.frame) explain(failure, [codeFrame(failure)])
	if (context.getStore() !== undefined) keep(failure)
	throw failure
}
