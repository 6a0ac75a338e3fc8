// A profile of V8's sampler, taken in the process.

let isRunning = false

/** Whether {@link profile} is running. */
export function isProfiling(): boolean {
	return isRunning
}

/**
 * Profile this thread, from the call on. V8 stops the thread for some tens of milliseconds to start the profiler.
 *
 * @param signal aborted: the profiler is switched off at once, and the promise rejects
 * @returns the profile, in the format of DevTools' `.cpuprofile` files
 * @throws the inspector's error where it cannot be used, as under the permission model
 */
export function profile(ms: number, signal: AbortSignal, interval = 1000): Promise<string> {
	// Loaded only here: not every build of Node has it, and loading takes time.
	const session = new (process.getBuiltinModule('node:inspector').Session)()
	session.connect()
	session.post('Profiler.enable')
	session.post('Profiler.setSamplingInterval', { interval })
	session.post('Profiler.start')
	isRunning = true
	return new Promise((resolve, reject) => {
		const end = (): void => {
			clearTimeout(timer)
			signal.removeEventListener('abort', aborted)
			session.disconnect()
			isRunning = false
		}
		const aborted = (): void => {
			end()
			reject(new Error('the client no longer waits for the profile'))
		}
		const timer = setTimeout(() => {
			session.post('Profiler.stop', (error, result) => {
				end()
				if (error === null) resolve(JSON.stringify(result.profile))
				else reject(error)
			})
		}, ms)
		timer.unref()
		if (signal.aborted) aborted()
		else signal.addEventListener('abort', aborted)
	})
}
