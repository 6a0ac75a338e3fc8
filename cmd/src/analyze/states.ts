import type { TaskReport } from '@tsgotrace/trace/analyze'
import { type TableOptions, table } from '../table.js'
import { sharesOf, shareText } from './parts.js'

/** The narrowest column of a name, of a share, and the gap between columns. */
const nameWidth = 16
const shareWidth = 6
const gap = 3
/** A smaller share is not shown. */
const least = 0.0005

/** What tasks did, in shares of their time: as many states as fit, and the sum of all others. */
export function statesTable(tasks: readonly TaskReport[], width: number, options: TableOptions = {}): string {
	const rows = tasks.map(sharesOf)
	const names = [...new Set(rows.flatMap(row => [...row.keys()]))].filter(name =>
		rows.some(row => Math.abs(row.get(name) ?? 0) >= least),
	)
	const others = 'others'
	const isMain = (name: string): boolean => name === 'running' || name === 'runnable'
	// What many tasks do most of the time comes first.
	const weight = (name: string): number => rows.reduce((sum, row) => sum + Math.abs(row.get(name) ?? 0), 0)
	const ranked = [...names.filter(isMain), ...names.filter(name => !isMain(name)).sort((a, b) => weight(b) - weight(a))]
	const columnOf = (name: string): number => gap + Math.max(name.length, shareWidth)
	const room = width - Math.min(nameWidth, Math.max(...tasks.map(({ name }) => name.length)))
	const total = (some: readonly string[]): number => some.reduce((sum, name) => sum + columnOf(name), 0)
	let fitting = ranked
	while (fitting.length > 2 && total(fitting) + (fitting === ranked ? 0 : columnOf(others)) > room)
		fitting = fitting.slice(0, -1)
	const shown = new Set(fitting)
	// Collections are a part of running.
	const rest = names.filter(name => !shown.has(name) && name !== '(gc)')
	const cell = (share: number): string => (Math.abs(share) < least ? '' : shareText(share))
	return table(
		[
			['share of time', ...names.filter(name => shown.has(name)), ...(rest.length > 0 ? [others] : [])],
			...tasks.map(({ name }, i) => {
				const of = (state: string): number => rows[i]!.get(state) ?? 0
				return [
					name,
					...names.filter(state => shown.has(state)).map(state => cell(of(state))),
					...(rest.length > 0 ? [cell(rest.reduce((sum, state) => sum + of(state), 0))] : []),
				]
			}),
		],
		{ width, ...options },
	)
}
