import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A TCP port that a process listens on. */
export interface ListeningPort {
	readonly host: string
	readonly port: number
}

/** The ports on which a process listens, at loopback or any address. */
export function listenersOf(pid: number): ListeningPort[] {
	const sockets = new Set<string>()
	try {
		for (const fd of readdirSync(`/proc/${pid}/fd`)) {
			const inode = socketInode(`/proc/${pid}/fd/${fd}`)
			if (inode !== null) sockets.add(inode)
		}
	} catch {
		return []
	}
	return listeners(pid).filter(({ inode }) => sockets.has(inode))
}

/** Whether anything listens on a port. */
export function isTaken(port: number): boolean {
	return listeners('self').some(listener => listener.port === port)
}

/** The inspector ports that a process was started with. */
export function inspectPorts(pid: number): number[] {
	const options = ['cmdline', 'environ'].map(name => readTable(`/proc/${pid}/${name}`, 0).join('\n')).join('\0')
	return [...options.matchAll(/--inspect(?:-brk|-wait|-port)?=(?:[^\s\0]*:)?(\d+)/g)].map(match => Number(match[1]))
}

function socketInode(path: string): string | null {
	try {
		return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? null
	} catch {
		// It has been closed meanwhile.
		return null
	}
}

const listening = '0A'

function listeners(pid: number | 'self'): (ListeningPort & { readonly inode: string })[] {
	const found: (ListeningPort & { readonly inode: string })[] = []
	for (const table of ['tcp', 'tcp6']) {
		for (const row of readTable(`/proc/${pid}/net/${table}`)) {
			const columns = row.trim().split(/\s+/)
			const [address, port] = columns[1]?.split(':') ?? []
			if (columns[3] !== listening || address === undefined || port === undefined) continue
			const host = table === 'tcp6' && !isMapped(address) ? '::1' : '127.0.0.1'
			found.push({ host, port: Number.parseInt(port, 16), inode: columns[9]! })
		}
	}
	return found
}

/** An address of IPv4 in a table of IPv6, or any address. */
function isMapped(address: string): boolean {
	return address.startsWith('0000000000000000FFFF0000') || /^0+$/.test(address)
}

function readTable(path: string, headerLines = 1): string[] {
	try {
		return readFileSync(path, 'utf8').split('\n').slice(headerLines)
	} catch {
		return []
	}
}
