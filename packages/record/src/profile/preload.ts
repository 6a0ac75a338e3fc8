// Runs in each thread before the program does. Nothing here may disturb it: no output, no handle that keeps it alive,
// no error.

import { join } from 'node:path'
import workers from 'node:worker_threads'
import { events } from '@tsgotrace/runtime'
import { SignalReportFile, signalsExtension } from '../preload/signalreport.js'
import { Threads } from '../preload/threads.js'
import { writeFileSync } from '../process/fs.js'
import { witness } from '../process/hooks.js'
import { type ProfileOptions, profile } from './eventprofile.js'

/** The options for a program that is started with the preload. */
export interface ProfilePreload extends Pick<ProfileOptions, 'stack' | 'pausable'> {
	readonly events?: readonly string[]
	readonly weights?: readonly string[]
	readonly labels?: readonly string[]
	/** Directory in which each thread leaves its profile, and the ids of all events. */
	readonly dir: string
}

/** The environment variable that holds the options. Child processes inherit it. */
export const profileVariable = 'TSGOTRACE_PROFILE'

/**
 * Profile this thread, with the options in the environment variable.
 *
 * @throws for invalid options
 */
export function start(): void {
	// The thread of module hooks, of tsx for instance.
	if ((workers as { isInternalThread?: boolean }).isInternalThread === true) return
	const text = process.env[profileVariable]
	if (text === undefined || text === '') throw new Error(`the environment variable ${profileVariable} is not set`)
	const { dir, ...options } = JSON.parse(text) as ProfilePreload
	const taken = profile(options)
	const path = join(dir, `${process.pid}-${workers.threadId}`)
	const write = (): void => {
		try {
			taken.write(`${path}.pb.gz`)
			writeFileSync(
				`${path}.json`,
				JSON.stringify({
					attached: taken.attached,
					leftOut: taken.leftOut,
					ids: [...new Set(events().map(event => event.id))].slice(0, 1000),
				}),
			)
		} catch {
			// The directory was removed, or the disk is full: no report then.
		}
	}
	// Node does not notify workers that still run when the main thread ends.
	const threads = new Threads('profile', write)
	const signals = workers.isMainThread ? new SignalReportFile(`${path}${signalsExtension}`) : undefined
	witness({
		ended: () => {
			signals?.end()
			threads.ask('end')
			write()
			threads.leave()
		},
		survivableSignal: write,
		uncaught: () => {},
		signals: signals && ((ending, heard) => signals.write(ending, heard)),
	})
}
