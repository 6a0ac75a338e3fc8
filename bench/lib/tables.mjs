// What the parts of results.md have in common.
import { markdownTable } from './format.mjs'
import { find } from './results.mjs'

/**
 * A table with a column for each Node version; rows without figures are left out.
 *
 * @param {NonNullable<ReturnType<import('./results.mjs').readResults>['hot']>} section
 * @param {[title: string, wanted: object, value: (row: import('./processes.mjs').Row) => string][]} rows
 */
export function table(section, first, rows) {
	const cells = rows.flatMap(([title, wanted, value]) => {
		const found = section.nodes.map(({ major }) => find(section, { ...wanted, node: major }))
		return found.every(row => row === undefined) ? [] : [[title, ...found.map(row => (row ? value(row) : ''))]]
	})
	return markdownTable([first, ...section.nodes.map(({ major }) => `Node ${major}`)], cells)
}

/** @param {Record<string, string>} versions */
export const versionsText = versions =>
	Object.entries(versions)
		.map(([name, version]) => `${name} ${version}`)
		.join(', ')
