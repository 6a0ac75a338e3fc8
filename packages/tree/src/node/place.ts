import type { AwaitTree, CallLink, SourceSite } from '../model.js'
import { awaitIn } from '../source/awaits.js'
import { nameAt } from '../source/names.js'
import { remapTree } from '../source/remap.js'
import { declarationOf } from '../source/variables.js'
import { pathOf, type Sources } from './sources.js'

/**
 * Add to a tree information from the files of its scripts: the `await` at which a function is suspended, if that is
 * certain, and, from their source maps, the names and places in the sources that they were compiled from.
 */
export function placeTree(tree: AwaitTree, sources: Sources): AwaitTree {
	const changed = new Set<string>()
	for (const link of tree.links) {
		if (link.kind !== 'call' || link.site === null || link.internal || sources.original(link.site) !== null) continue
		const text = sources.text(link.site.file)
		if (text !== null && !isDeclared(text, link.name, link.site)) changed.add(pathOf(link.site.file) ?? link.site.file)
	}
	const warnings = [...changed].map(file => `${file} is not what was executed: lines are those of the code that was`)
	const withAwaits = remapTree(tree, link =>
		link.kind === 'call' && link.awaits === null ? { ...link, awaits: awaitOf(tree, link, sources) } : link,
	)
	const placed = remapTree(withAwaits, link => {
		if (link.kind === 'task') return { ...link, site: siteIn(link.site, sources), awaits: siteIn(link.awaits, sources) }
		if (link.kind === 'end' || link.site === null) return link
		const original = sources.original(link.site)
		const site = original?.site ?? filePath(link.site)
		const text = original === null ? null : sources.text(site.file)
		if (link.kind === 'holder' && link.by === 'variable') {
			const source = text ?? (sources.isTransformed(link.site.file) ? null : sources.text(link.site.file))
			const declared = source === null ? null : declarationOf(source, /^[\w$]*/.exec(link.path)![0])
			return { ...link, site: declared === null ? site : { ...site, ...declared } }
		}
		if (link.kind === 'holder') {
			const of = text === null || link.by !== 'object' ? null : nameAt(text, site, 'class')
			return { ...link, site, of: of ?? link.of }
		}
		if (link.kind !== 'call') return { ...link, site }
		const awaits = siteIn(link.awaits, sources)
		const name = original?.name ?? (text === null ? null : nameAt(text, site, 'function'))
		return { ...link, site, awaits, name: name ?? link.name }
	})
	return { ...placed, warnings: [...placed.warnings, ...warnings] }
}

/**
 * Whether a text has a function of this name at a place: a file may have been changed since then, or while it was
 * loaded.
 */
function isDeclared(text: string, name: string, { line, column }: SourceSite): boolean {
	const before = text.split('\n', line)[line - 1]
	if (before === undefined || column > before.length + 1) return false
	if (name === '(anonymous)' || !/^[\w$#]+$/.test(name)) return true
	// An arrow function has its name before the `=`, possibly on the line before.
	return before.slice(0, column + 200).includes(name) || (text.split('\n', line)[line - 2] ?? '').includes(name)
}

function siteIn(site: SourceSite | null, sources: Sources): SourceSite | null {
	return site === null ? null : (sources.original(site)?.site ?? filePath(site))
}

/** Converts URLs of files to relative paths. */
function filePath(site: SourceSite): SourceSite {
	const file = pathOf(site.file)
	return file === null ? site : { ...site, file }
}

function awaitOf(tree: AwaitTree, { name, site, internal, on }: CallLink, sources: Sources): SourceSite | null {
	if (site === null || internal || sources.isTransformed(site.file)) return null
	const text = sources.text(site.file)
	const next = tree.links[on[0]!]!
	const place =
		text === null || !isDeclared(text, name, site) ? null : awaitIn(text, site, next.kind === 'call' ? next.name : null)
	return place === null ? null : { file: site.file, ...place }
}
