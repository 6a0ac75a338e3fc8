import type { AwaitTree, ChainGroup, Link, SourceSite, TaskLink } from '../model.js'
import { InternedLinks } from '../tree/interned.js'

/** A task of a running process that has not ended. Fields are as those of `@tsgotrace/live` say them. */
export interface TreeTask {
	readonly id: number
	readonly name: string
	/** The task that it is part of; 0 if there is none. */
	readonly parent: number
	/** Milliseconds since it began. */
	readonly ms: number
	/** Milliseconds since it has stopped running; null where that is unknown. */
	readonly waitingMs: number | null
	/** `file:line:column` at which it waits, and at which it began; null if that is unknown. */
	readonly site: string | null
	readonly begun: string | null
}

/**
 * The tree of a process from the tasks that it follows: no snapshot is taken, and the process does not stop. It has
 * tasks and where they wait, not single functions or what could resume them.
 *
 * @param node the version of Node, such as `v24.1.0`
 */
export function taskTree(tasks: readonly TreeTask[], node: string | null): AwaitTree {
	const interned = new InternedLinks()
	const ids = new Set(tasks.map(({ id }) => id))
	const parts = new Map<number, TreeTask[]>()
	const roots: TreeTask[] = []
	for (const task of tasks) {
		if (!ids.has(task.parent)) roots.push(task)
		else parts.set(task.parent, [...(parts.get(task.parent) ?? []), task])
	}
	const links = new Map<number, number>()
	// Parts first. Ids grow: a task begins after the one that it is part of.
	for (const task of [...tasks].sort((a, b) => b.id - a.id)) {
		const on = [...new Set((parts.get(task.id) ?? []).map(({ id }) => links.get(id)!))].sort((a, b) => a - b)
		links.set(task.id, interned.add(linkOf(task, on)))
	}
	const groups = new Map<number, ChainGroup>()
	for (const task of roots) {
		const link = links.get(task.id)!
		const { count, maxMs } = groups.get(link) ?? { count: 0, maxMs: 0 }
		groups.set(link, { link, count: count + 1, maxMs: Math.max(maxMs ?? 0, task.waitingMs ?? task.ms) })
	}
	return {
		format: 'tsgotrace-tree/1',
		from: 'tasks',
		node,
		suspended: tasks.length,
		warnings: [],
		links: interned.links,
		groups: [...groups.values()].sort(
			(a, b) => b.count - a.count || nameOf(interned.links[a.link]!, interned.links[b.link]!),
		),
		deadlocks: [],
	}
}

function linkOf({ name, site, begun, waitingMs }: TreeTask, on: readonly number[]): TaskLink {
	return { kind: 'task', name, site: siteOf(begun), awaits: siteOf(site), hasState: waitingMs !== null, on }
}

/** `file:line:column` as a place. */
function siteOf(text: string | null): SourceSite | null {
	const [, file, line, column] = /^(.*):(\d+):(\d+)$/.exec(text ?? '') ?? []
	return file === undefined ? null : { file, line: Number(line), column: Number(column) }
}

function nameOf(a: Link, b: Link): number {
	const [one, other] = [a, b].map(link => (link.kind === 'task' ? link.name : ''))
	return one! < other! ? -1 : one! > other! ? 1 : 0
}
