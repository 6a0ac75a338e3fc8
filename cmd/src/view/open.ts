import { spawn } from 'node:child_process'

/** Programs that open an address or a file as a double click does. */
function opener(target: string): readonly [command: string, args: readonly string[]] {
	if (process.platform === 'darwin') return ['open', [target]]
	// `start` takes what is quoted first as a title.
	if (process.platform === 'win32') return ['cmd', ['/c', 'start', '""', target]]
	return ['xdg-open', [target]]
}

/** Open a page in the browser of the user. If that fails, a note says so: the page can be opened by hand. */
export function openInBrowser(target: string): void {
	const [command, args] = opener(target)
	const failed = (why: string): void =>
		void process.stderr.write(`note: the browser was not opened (${command}: ${why}): open ${target}\n`)
	const child = spawn(command, args, { stdio: 'ignore', detached: true })
	child.on('error', error => failed((error as NodeJS.ErrnoException).code ?? error.message))
	child.on('exit', code => code !== 0 && code !== null && failed(`exit code ${code}`))
	child.unref()
}
