import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * How many bytes a process may still allocate: the minimum of the machine's free memory and what its control groups
 * leave.
 */
export function freeMemory(pid: number): number {
	const available = Number(/^MemAvailable:\s*(\d+) kB/m.exec(read('/proc/meminfo') ?? '')?.[1] ?? Number.NaN) * 1024
	return Math.min(Number.isNaN(available) ? Number.POSITIVE_INFINITY : available, ...groupRooms(pid))
}

/** The memory that a process's control groups leave, for cgroup versions 2 and 1. */
function groupRooms(pid: number): number[] {
	const rooms: number[] = []
	for (const row of (read(`/proc/${pid}/cgroup`) ?? '').split('\n')) {
		const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(row) ?? []
		if (path === undefined || (controllers !== '' && !controllers!.split(',').includes('memory'))) continue
		const [root, limit, usage] =
			controllers === ''
				? (['/sys/fs/cgroup', 'memory.max', 'memory.current'] as const)
				: (['/sys/fs/cgroup/memory', 'memory.limit_in_bytes', 'memory.usage_in_bytes'] as const)
		// A group is also limited by its parents.
		for (let group = path; ; group = join(group, '..')) {
			const max = Number(read(join(root, group, limit)) ?? Number.NaN)
			const used = Number(read(join(root, group, usage)) ?? Number.NaN)
			if (max > 0 && used >= 0) rooms.push(roomOf({ max, used, stat: read(join(root, group, 'memory.stat')) ?? '' }))
			if (group === '/' || group === '.') break
		}
	}
	return rooms
}

/**
 * The bytes that a control group leaves. Pages of files count as used, and a group that reads and writes files is soon
 * full of them; the kernel takes them back when a process needs the memory, as it does for `MemAvailable`.
 *
 * @param group its limit, its usage and its `memory.stat`
 */
export function roomOf({
	max,
	used,
	stat,
}: {
	readonly max: number
	readonly used: number
	readonly stat: string
}): number {
	// Version 1 has separate figures that include the groups below it, as `used` does.
	const prefix = /^total_/m.test(stat) ? 'total_' : ''
	let free = max - used
	for (const name of ['inactive_file', 'active_file', 'slab_reclaimable'])
		free += Number(new RegExp(`^${prefix}${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0)
	return Math.min(max, Math.max(0, free))
}

function read(path: string): string | null {
	try {
		return readFileSync(path, 'utf8')
	} catch {
		return null
	}
}
