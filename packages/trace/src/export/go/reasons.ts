import { syscall } from './machine.js'
import { unspecified } from './writer.js'

/** What tasks of Node wait for, in the words that Go's tools know: their profiles go by these. */
const reasons: Readonly<Record<string, string>> = {
	net: 'network',
	child: 'network',
	fs: syscall,
	dns: syscall,
	pool: syscall,
	timer: 'sleep',
	sync: 'sync',
	worker: 'chan receive',
}

/** `syscall` for what a thread of Node's pool does. */
export function goReason(reason: string): string {
	return reasons[reason] ?? unspecified
}
