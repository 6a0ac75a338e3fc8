import { smallHash } from '../world/task.js'

/** In the fingerprint: time has passed; a task has started. */
export const timeHash: number = smallHash('(time)')
export const startHash: number = smallHash('(start)')

/** FNV's step. */
export function mixed(hash: number, value: number): number {
	return Math.imul(hash ^ value, 0x01000193)
}
