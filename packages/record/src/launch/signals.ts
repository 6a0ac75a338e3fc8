import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SignalReport, signalsExtension } from '../preload/signalreport.js'

/** What the processes of a program tell of signals, in the directory in which they leave their parts. */
export function signalReports(dir: string): SignalReport[] {
	try {
		return readdirSync(dir)
			.filter(name => name.endsWith(signalsExtension))
			.flatMap(name => read(join(dir, name)))
	} catch {
		// The program has removed the directory.
		return []
	}
}

/** Nothing if it is just being written. */
function read(path: string): SignalReport[] {
	try {
		return [JSON.parse(readFileSync(path, 'utf8')) as SignalReport]
	} catch {
		return []
	}
}
