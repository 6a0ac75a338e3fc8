import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profileEnvironment, profileParts } from '@tsgotrace/record/launch'
import { plural } from './format.js'
import { usageError } from './output.js'
import { endAs, runProgram } from './program.js'
import { pausableText, quoted } from './recordend.js'

/** Options of `profile`. */
export interface ProfileFlags {
	readonly output: string
	readonly events?: readonly string[]
	readonly weight?: readonly string[]
	readonly label?: readonly string[]
	readonly stack?: string
	readonly depth?: string
	readonly pausable?: boolean
	readonly quiet?: boolean
}

/** `tsgotrace profile`: the program's own exit code and signals, but for our own failures. */
export async function profileCommand(command: readonly string[], flags: ProfileFlags): Promise<void> {
	const every = flags.stack === undefined ? null : Number(flags.stack)
	const depth = flags.depth === undefined ? 16 : Number(flags.depth)
	if (every !== null && !(Number.isInteger(every) && every >= 1))
		return fail(`--stack: '${flags.stack}' is no number of signals; 100 takes the stack of one in 100`)
	if (!(Number.isInteger(depth) && depth >= 1 && depth <= 200)) return fail(`--depth must be from 1 to 200, not '${flags.depth}'`)
	const wrong = wrongName('--weight', flags.weight, ['events']) ?? wrongName('--label', flags.label, ['thread', 'slice'])
	if (wrong !== null) return fail(wrong)
	for (const glob of flags.events ?? []) if (glob === '' || glob === '!') return fail(`--events: '${glob}' is no glob; hello:* is one`)
	const parts = profileParts(join(tmpdir(), 'tsgotrace-profile-'))
	try {
		const options = {
			dir: parts.dir,
			...(flags.events !== undefined && { events: flags.events }),
			...(flags.pausable === true && { pausable: true }),
			...(flags.weight !== undefined && { weights: flags.weight }),
			...(flags.label !== undefined && { labels: flags.label }),
			...(every !== null && { stack: { every, depth } }),
		}
		const ending = await runProgram(command, { ...process.env, ...profileEnvironment(options) })
		if ('error' in ending) process.stderr.write(`tsgotrace: ${command[0]} cannot be run: ${ending.error.message}\n`)
		else if (!write(parts, flags) && 'code' in ending && ending.code === 0) {
			process.exitCode = 3
			return
		}
		endAs(ending)
	} finally {
		parts.remove()
	}
}

/** @returns false if there is a profile and it could not be written */
function write(parts: ReturnType<typeof profileParts>, { output, events, quiet }: ProfileFlags): boolean {
	const { threads, attached, ids, leftOut } = parts.report()
	const tell = (text: string): unknown => quiet || process.stderr.write(`tsgotrace: ${text}\n`)
	if (threads === 0) {
		tell('nothing was profiled: the program was no Node program, or was killed')
		return true
	}
	if (attached === 0 && leftOut.length > 0) {
		tell(`nothing was profiled: ${pausableText(leftOut)}`)
		return true
	}
	if (attached === 0) {
		const known =
			ids.length === 0 ? 'the program has no trace events' : `there are ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`
		tell(`no event fits ${(events ?? ['*']).join(' ')}: ${known}`)
		return true
	}
	const { bytes, signals } = parts.merged()
	try {
		writeFileSync(output, bytes)
	} catch (error) {
		process.stderr.write(`tsgotrace: ${(error as Error).message}\n`)
		return false
	}
	tell(
		`${plural(signals, 'signal')} in ${plural(threads, 'thread')} profiled, look at it: tsgotrace summary ${quoted(output)}   or   go tool pprof -http=: ${quoted(output)}`,
	)
	if (leftOut.length > 0) tell(`not profiled: ${pausableText(leftOut)}`)
	return true
}

function wrongName(flag: string, names: readonly string[] = [], taken: readonly string[] = []): string | null {
	for (const [i, name] of names.entries()) {
		if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return `${flag}: '${name}' is no name of a parameter`
		if (taken.includes(name)) return `${flag}: '${name}' is what every profile has`
		if (names.indexOf(name) < i) return `${flag}: '${name}' is there twice`
	}
	return null
}

function fail(message: string): void {
	process.exitCode = usageError(message)
}
