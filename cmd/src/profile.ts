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

/** `tsgotrace profile`. It ends with the program's exit code or signal, unless the profile itself fails. */
export async function profileCommand(command: readonly string[], flags: ProfileFlags): Promise<void> {
	const every = flags.stack === undefined ? null : Number(flags.stack)
	const depth = flags.depth === undefined ? 16 : Number(flags.depth)
	if (every !== null && !(Number.isInteger(every) && every >= 1))
		return fail(`--stack must be a whole number from 1, not '${flags.stack}'; 100 captures the stack of one event in 100`)
	if (!(Number.isInteger(depth) && depth >= 1 && depth <= 200)) return fail(`--depth must be from 1 to 200, not '${flags.depth}'`)
	const wrong = wrongName('--weight', flags.weight, ['events']) ?? wrongName('--label', flags.label, ['thread', 'slice'])
	if (wrong !== null) return fail(wrong)
	for (const glob of flags.events ?? [])
		if (glob === '' || glob === '!') return fail(`--events: invalid glob '${glob}'; a valid one is hello:*`)
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
		if ('error' in ending) process.stderr.write(`tsgotrace: cannot run ${command[0]}: ${ending.error.message}\n`)
		else if (!write(parts, flags) && 'code' in ending && ending.code === 0) {
			process.exitCode = 3
			return
		}
		endAs(ending)
	} finally {
		parts.remove()
	}
}

/** @returns false if there is a profile but it could not be written */
function write(parts: ReturnType<typeof profileParts>, { output, events, quiet }: ProfileFlags): boolean {
	const { threads, attached, ids, leftOut } = parts.report()
	const say = (text: string): unknown => quiet || process.stderr.write(`tsgotrace: ${text}\n`)
	if (threads === 0) {
		say('nothing was profiled: the program is not a Node program, or was killed')
		return true
	}
	if (attached === 0 && leftOut.length > 0) {
		say(`nothing was profiled: ${pausableText(leftOut)}`)
		return true
	}
	if (attached === 0) {
		const known =
			ids.length === 0 ? 'the program has no trace events' : `its events are ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`
		say(`nothing was profiled: no event matches ${(events ?? ['*']).join(' ')}; ${known}`)
		return true
	}
	const { bytes, signals } = parts.merged()
	try {
		writeFileSync(output, bytes)
	} catch (error) {
		process.stderr.write(`tsgotrace: ${(error as Error).message}\n`)
		return false
	}
	say(
		`profiled ${plural(signals, 'event')} in ${plural(threads, 'thread')}; show the profile with: tsgotrace summary ${quoted(output)}   or   go tool pprof -http=: ${quoted(output)}`,
	)
	if (leftOut.length > 0) say(`not profiled: ${pausableText(leftOut)}`)
	return true
}

function wrongName(flag: string, names: readonly string[] = [], taken: readonly string[] = []): string | null {
	for (const [i, name] of names.entries()) {
		if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name)) return `${flag}: '${name}' is not a valid parameter name`
		if (taken.includes(name)) return `${flag}: the name '${name}' is reserved: every profile has it`
		if (names.indexOf(name) < i) return `${flag}: '${name}' is given twice`
	}
	return null
}

function fail(message: string): void {
	process.exitCode = usageError(message)
}
