import { statSync } from 'node:fs'
import type { ListeningPort } from '@tsgotrace/tree/attach'
import { UsageError } from '../exit.js'

/** Where a tree comes from. */
export type TreeSource =
	| { readonly kind: 'file'; readonly path: string }
	| { readonly kind: 'process'; readonly pid: number }
	| { readonly kind: 'inspector'; readonly at: ListeningPort }

/**
 * The meaning of an argument: a file of that name if it exists, a pid, or the address of an inspector.
 * @throws UsageError
 */
export function sourceOf(argument: string): TreeSource {
	const stats = statSync(argument, { throwIfNoEntry: false })
	if (stats?.isFile()) return { kind: 'file', path: argument }
	if (/^\d{1,9}$/.test(argument)) return { kind: 'process', pid: Number(argument) }
	const address = /^(?:ws:\/\/)?(?:(\[[\da-f:]+\]|[\w.-]+):|:)(\d{1,5})(?:\/[\w-]*)?$/i.exec(argument)
	if (address !== null && stats === undefined) {
		const port = Number(address[2])
		if (port < 1 || port > 65_535) throw new UsageError(`port ${port} is not between 1 and 65535: '${argument}'`)
		return { kind: 'inspector', at: { host: (address[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port } }
	}
	const takes = 'tree takes a pid, a .heapsnapshot file, or the address of an inspector such as 127.0.0.1:9229'
	throw new UsageError(
		stats === undefined ? `file not found: '${argument}'; ${takes}` : `'${argument}' is not a regular file; ${takes}`,
	)
}
