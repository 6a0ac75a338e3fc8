import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { Unheard } from './unheard.js'

/** How a program ended. */
export type Ending =
	| { readonly code: number }
	/** `enforced`: it did not learn of the signal, and was ended. */
	| { readonly signal: NodeJS.Signals; readonly enforced: boolean }
	/** It could not be started. */
	| { readonly error: NodeJS.ErrnoException }

/** Signals that a terminal sends to all processes in its foreground: the program has received them already. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGHUP']
const forwarded: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGCONT']

/**
 * Run a program to its end with our own standard streams. It receives signals as if it had been started directly.
 *
 * @param dir where its recorders leave their parts
 */
export async function runProgram(command: readonly string[], env: NodeJS.ProcessEnv, dir: string): Promise<Ending> {
	const [file, ...args] = command
	const isForeground = [process.stdin, process.stdout, process.stderr].some(stream => stream.isTTY)
	const child = spawn(file!, args, { stdio: 'inherit', env })
	const unheard = new Unheard(dir, child.pid ?? 0)
	const pass = (signal: NodeJS.Signals): void => {
		const byTerminal = isForeground && fromTerminal.includes(signal)
		unheard.sent(signal, byTerminal)
		if (!byTerminal) child.kill(signal)
	}
	const signals = [...fromTerminal, ...forwarded]
	for (const signal of signals) process.on(signal, pass)
	const ending = await new Promise<Ending>(resolve => {
		child.on('error', error => {
			// Without a pid the program was not started. Otherwise the error is a signal that could not be sent, and the
			// program still runs.
			if (child.pid === undefined) resolve({ error })
		})
		child.on('exit', (code, signal) => {
			const { enforced } = unheard
			if (signal === null) resolve({ code: code! })
			else if (signal === 'SIGKILL' && enforced !== null) resolve({ signal: enforced, enforced: true })
			else resolve({ signal, enforced: false })
		})
	})
	unheard.stop()
	for (const signal of signals) process.off(signal, pass)
	return ending
}

/** End as the program did, so that our parent process sees the same exit code or signal. */
export function endAs(ending: Ending): void {
	if ('code' in ending) process.exitCode = ending.code
	// The same codes as env and nohup use.
	else if ('error' in ending) process.exitCode = ending.error.code === 'ENOENT' ? 127 : 126
	else {
		process.exitCode = 128 + constants.signals[ending.signal]
		process.kill(process.pid, ending.signal)
	}
}
