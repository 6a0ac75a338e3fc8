import type { AwaitTree } from '../model.js'
import { type ChainLine, deadlockText, groupLines, type ShowPath } from './lines.js'
import { onOneLine } from './oneline.js'

/** How a report is written. */
export interface ReportOptions {
	/** Columns of a line. */
	readonly width?: number
	/** Formats the path of a file. Default: unchanged. */
	readonly showPath?: ShowPath
	/** Maximum number of groups. Default: all. */
	readonly groups?: number
}

/** A tree as text for a terminal. */
export function treeText(tree: AwaitTree, options: ReportOptions = {}): string {
	const { width = 80, showPath = file => file, groups = tree.groups.length } = options
	const out: string[] = [`${headline(tree)}\n`]
	for (const warning of tree.warnings) out.push(wrapped(onOneLine(`warning: ${warning}`), width))
	const shown = tree.groups.slice(0, groups)
	const digits = String(shown[0]?.count ?? 1).length
	for (const group of shown) {
		out.push('\n', writeChain(groupLines(tree, group, showPath), `${String(group.count).padStart(digits)} x `, width))
	}
	const left = tree.groups.length - shown.length
	if (left > 0) out.push(`\n… ${left} more kinds of chains\n`)
	for (const deadlock of tree.deadlocks.slice(0, maxDeadlocks))
		out.push(`\n${wrapped(deadlockText(tree, deadlock), width)}`)
	if (tree.deadlocks.length > maxDeadlocks)
		out.push(`\n… ${tree.deadlocks.length - maxDeadlocks} more possible deadlocks\n`)
	return out.join('')
}

/** The lines of a chain, below a head with their number. */
export function writeChain(lines: readonly ChainLine[], head: string, width: number): string {
	return lines
		.map(({ indent, text, place }, i) =>
			columns(`${i === 0 ? head : ' '.repeat(head.length + 2)}${'  '.repeat(indent)}${text}`, place, width),
		)
		.join('')
}

/** A sentence on lines of at most `width`, if words allow. */
function wrapped(text: string, width: number): string {
	const lines = ['']
	for (const word of text.split(' ')) {
		const last = lines.at(-1)!
		if (last === '') lines[lines.length - 1] = word
		else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
		else lines.push(`  ${word}`)
	}
	return `${lines.join('\n')}\n`
}

/** The totals, in one line. */
export function headline({ suspended, groups, node, from }: AwaitTree): string {
	const of = node === null ? '' : `, Node ${node.replace(/^v/, '')}`
	if (from === 'tasks') {
		const kinds = groups.length === 0 ? '' : ` of ${counted(groups.length, 'kind')}`
		return `${counted(suspended, 'task')}${kinds}${of}, without a snapshot: --snapshot shows all functions, and what could resume them`
	}
	if (groups.length === 0) return `no function of the program is suspended at an await${of}`
	const chains = groups.reduce((all, { count }) => all + count, 0)
	return `${counted(suspended, 'suspended function')} in ${counted(chains, 'chain')} of ${counted(groups.length, 'kind')}${of}`
}

function counted(n: number, what: string): string {
	return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`
}

const maxDeadlocks = 5

/** The column of places, on lines that are wide enough. */
const widestText = 48

/** Text on the left, the place on the right of a column; on a separate line if both do not fit. */
function columns(text: string, place: string, width: number): string {
	if (place === '') return `${text}\n`
	const column = Math.min(Math.floor(width / 2), widestText)
	if (text.length < column && column + place.length <= width) return `${text.padEnd(column)}${place}\n`
	if (text.length + 2 + place.length <= width) return `${text}  ${place}\n`
	const indent = /^[\s\dx-]*/.exec(text)![0].length + 2
	return `${text}\n${' '.repeat(indent)}${place}\n`
}
