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
			if (max > 0 && used >= 0) rooms.push(Math.max(0, max - used))
			if (group === '/' || group === '.') break
		}
	}
	return rooms
}

function read(path: string): string | null {
	try {
		return readFileSync(path, 'utf8')
	} catch {
		return null
	}
}
