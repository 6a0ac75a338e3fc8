import type { AwaitTree, CallLink, Site } from '../model.js'
import { awaitIn } from '../source/awaits.js'
import { remapTree } from '../source/remap.js'
import { pathOf, type Sources } from './sources.js'

/**
 * Add to a tree what the files of its scripts say: at which `await` a function is suspended, where that is certain, and, by their source maps,
 * the names and places in the sources that they were compiled from.
 */
export function placeTree(tree: AwaitTree, sources: Sources): AwaitTree {
	const withAwaits = remapTree(tree, link =>
		link.kind === 'call' && link.awaits === null ? { ...link, awaits: awaitOf(tree, link, sources) } : link,
	)
	return remapTree(withAwaits, link => {
		if (link.kind === 'end' || link.site === null) return link
		const original = sources.original(link.site)
		const site = original?.site ?? filePath(link.site)
		if (link.kind !== 'call') return { ...link, site }
		const awaits = link.awaits === null ? null : (sources.original(link.awaits)?.site ?? filePath(link.awaits))
		return { ...link, site, awaits, name: original?.name ?? link.name }
	})
}

/** URLs of files as the paths that people type. */
function filePath(site: Site): Site {
	const file = pathOf(site.file)
	return file === null ? site : { ...site, file }
}

function awaitOf(tree: AwaitTree, { site, internal, on }: CallLink, sources: Sources): Site | null {
	if (site === null || internal) return null
	const text = sources.text(site.file)
	const next = tree.links[on[0]!]!
	const place = text === null ? null : awaitIn(text, site, next.kind === 'call' ? next.name : null)
	return place === null ? null : { file: site.file, ...place }
}
