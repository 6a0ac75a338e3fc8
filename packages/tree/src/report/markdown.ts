import type { AwaitTree } from '../model.js'
import { deadlockText, groupLines } from './lines.js'
import { onOneLine } from './oneline.js'
import { headline, type ReportOptions } from './text.js'

/** A tree as Markdown, for an issue or a chat. */
export function treeMarkdown(tree: AwaitTree, options: ReportOptions = {}): string {
	const { showPath = file => file, groups = tree.groups.length } = options
	const out = [`**${escape(headline(tree))}**\n`]
	for (const warning of tree.warnings) out.push(`\n> ${escape(onOneLine(warning))}\n`)
	for (const group of tree.groups.slice(0, groups)) {
		out.push('\n')
		for (const [i, { indent, text, place }] of groupLines(tree, group, showPath).entries()) {
			const words = i === 0 ? `${group.count} × ${code(text)}` : code(text)
			out.push(`${'  '.repeat(i === 0 ? 0 : indent + 1)}- ${words}${place === '' ? '' : ` ${code(place)}`}\n`)
		}
	}
	const left = tree.groups.length - Math.min(groups, tree.groups.length)
	if (left > 0) out.push(`\n… ${left} more kinds of chains\n`)
	for (const deadlock of tree.deadlocks) out.push(`\n**${escape(deadlockText(tree, deadlock))}**\n`)
	return out.join('')
}

function code(text: string): string {
	return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function escape(text: string): string {
	return text.replace(/[\\`*_<>|[\]]/g, '\\$&')
}
