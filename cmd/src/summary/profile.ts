import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { constants, gunzipSync } from 'node:zlib'
import { textDuration } from '@tsgotrace/trace/export'
import { startsAsProfile } from '@tsgotrace/trace/format/profilestart'
import { shellWord } from '@tsgotrace/trace/shell'
import { profileSummary } from '@tsgotrace/trace/summary'
import { bytes, count } from '../format.js'
import { table } from '../table.js'

const maxRows = 20

/** The largest entries of a pprof profile, as a table; null if the file is not a profile. */
export function profileText(path: string, width: number): string | null {
	if (!isProfile(path)) return null
	const { types, rows, total, usual } = profileSummary(readFileSync(path))
	const amounts = (values: readonly number[]): string[] => values.map((value, i) => amount(value, types[i]!.unit))
	const heads = types.flatMap(({ name }) => [name, `${name} in total`])
	const lines = rows.slice(0, maxRows).map(({ name, own, all }) => {
		const [a, b] = [amounts(own), amounts(all)]
		return [name, ...a.flatMap((text, i) => [text, b[i]!])]
	})
	const more = rows.length > maxRows ? `… and ${count(rows.length - maxRows)} more\n` : ''
	const sums = amounts(total).map((text, i) => `${types[i]!.name} ${text}`)
	return `a pprof profile: ${sums.join(', ')}; by ${types[usual]?.name ?? 'nothing'}

${table([['', ...heads], ...lines], { width })}${more}
go tool pprof -http=: ${shellWord(path)}   shows it as a graph
`
}

function amount(value: number, unit: string): string {
	if (unit === 'nanoseconds') return textDuration(value)
	return unit === 'bytes' ? bytes(value) : count(value)
}

function isProfile(path: string): boolean {
	if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false
	const start = Buffer.alloc(4096)
	let length = 0
	try {
		const file = openSync(path, 'r')
		try {
			length = readSync(file, start)
		} finally {
			closeSync(file)
		}
		const read = start.subarray(0, length)
		return startsAsProfile(
			read[0] === 0x1f && read[1] === 0x8b ? gunzipSync(read, { finishFlush: constants.Z_SYNC_FLUSH }) : read,
		)
	} catch {
		// Not a profile. Reading it as a trace then reports what is wrong with it.
		return false
	}
}
