// What the program jobs.mjs does without knowing tasks, as tasks.
import { of, type Runs } from './programs.js'

/** How often a task of a name ended how. */
export function tasksIn({ events }: Runs): Record<string, number> {
	const signals = events.filter(event => event.type !== 'counter' && event.type !== 'sample')
	const key = ({ track, args }: (typeof signals)[number]): string =>
		`${track.process?.pid} ${JSON.stringify(args['task'])}`
	const ends = new Map(of(signals, 'traceTaskEnd').map(end => [key(end), end.args]))
	const names = new Map(of(signals, 'traceTaskName').map(renamed => [key(renamed), renamed.args['name']]))
	const counts: Record<string, number> = {}
	for (const begin of of(signals, 'traceTaskBegin')) {
		const { how, detail } = ends.get(key(begin)) ?? {}
		const parts: readonly unknown[] = [names.get(key(begin)) ?? begin.args['name'], how, detail]
		const name = parts.filter(part => typeof part === 'string' && part !== '').join(' ')
		counts[name] = (counts[name] ?? 0) + 1
	}
	return counts
}

/** @param hasMain from Node 24 on, where the context of a task is not on its promises */
export const expectedTasks = (hasMain: boolean): Record<string, number> => ({
	...(hasMain ? { 'main returned': 3 } : {}),
	'timer checkQueue jobs.mjs:23 returned': 3,
	'timer poll jobs.mjs:33 returned': 3,
	'timer fail jobs.mjs:34 threw Error: planned': 1,
	'message returned': 13,
	'SIGHUP returned': 1,
})
