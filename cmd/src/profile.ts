import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { profileEnvironment, profileParts } from '@tsgotrace/record/launch'
import { shellWord } from '@tsgotrace/trace/shell'
import { UsageError } from './exit.js'
import { plural } from './format.js'
import { endAs, runProgram } from './program.js'
import { pausableText } from './recordend.js'
import { checkGlobs } from './recordflags.js'

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
		throw new UsageError(
			`--stack must be a whole number from 1, not '${flags.stack}'; 100 captures the stack of one event in 100`,
		)
	if (!(Number.isInteger(depth) && depth >= 1 && depth <= 200))
		throw new UsageError(`--depth must be from 1 to 200, not '${flags.depth}'`)
	checkNames('--weight', flags.weight, ['events'])
	checkNames('--label', flags.label, ['thread', 'slice'])
	checkGlobs(flags.events)
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
		const ending = await runProgram(command, { ...process.env, ...profileEnvironment(options) }, parts.dir)
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
			ids.length === 0
				? 'the program has no trace events'
				: `its events are ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`
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
		`profiled ${plural(signals, 'event')} in ${plural(threads, 'thread')}; show the profile with: tsgotrace summary ${shellWord(output)}   or   go tool pprof -http=: ${shellWord(output)}`,
	)
	if (leftOut.length > 0) say(`not profiled: ${pausableText(leftOut)}`)
	return true
}

/** @throws UsageError */
function checkNames(flag: string, names: readonly string[] = [], taken: readonly string[] = []): void {
	for (const [i, name] of names.entries()) {
		if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
			throw new UsageError(`${flag}: '${name}' is not a valid parameter name`)
		if (taken.includes(name)) throw new UsageError(`${flag}: the name '${name}' is reserved: every profile has it`)
		if (names.indexOf(name) < i) throw new UsageError(`${flag}: '${name}' is given twice`)
	}
}
