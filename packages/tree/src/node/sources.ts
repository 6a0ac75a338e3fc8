import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { dirname, isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourceSite } from '../model.js'

/** A place in the original source of a file, and its name there. */
export interface Original {
	readonly site: SourceSite
	readonly name: string | null
}

/** Sources and source maps of scripts, read from their files. */
export class Sources {
	/** The `sourceMappingURL` of scripts as V8 reports it, or ''. */
	readonly #urls: ReadonlyMap<string, string>
	readonly #texts: Map<string, string | null> = new Map()
	readonly #maps: Map<string, { readonly map: SourceMap; readonly folder: string } | null> = new Map()

	/** Precedes the paths of files. */
	readonly #root: string

	/**
	 * @param urls the `sourceMappingURL` by the path of a script, for scripts that were changed while loading and differ
	 * from their files
	 * @param root where the files of the process are, if it has others than this one
	 */
	constructor(urls: ReadonlyMap<string, string> = new Map(), root = '') {
		this.#urls = urls
		this.#root = root
	}

	/** Whether a script is known to differ from its file. */
	isTransformed(file: string): boolean {
		return this.#urls.get(pathOf(file) ?? file)?.startsWith('data:') ?? false
	}

	/** The text of a file; null if it cannot be read. */
	text(file: string): string | null {
		let text = this.#texts.get(file)
		if (text === undefined) {
			text = this.#read(pathOf(file))
			this.#texts.set(file, text)
		}
		return text
	}

	/** The original place; null if the script has no source map, or the map does not have it. */
	original(site: SourceSite): Original | null {
		const found = this.#map(site.file)
		if (found === null) return null
		const entry = found.map.findEntry(site.line - 1, site.column - 1)
		if (!('originalSource' in entry) || entry.originalSource === undefined) return null
		const { originalSource, originalLine, originalColumn, name } = entry as typeof entry & { name?: string }
		const file = /^\w[\w+.-]+:/.test(originalSource) ? originalSource : resolve(found.folder, originalSource)
		return {
			site: { file: pathOf(file) ?? file, line: originalLine + 1, column: originalColumn + 1 },
			name: name ?? null,
		}
	}

	#map(file: string): { readonly map: SourceMap; readonly folder: string } | null {
		let found = this.#maps.get(file)
		if (found === undefined) {
			found = this.#readMap(file)
			this.#maps.set(file, found)
		}
		return found
	}

	#readMap(file: string): { readonly map: SourceMap; readonly folder: string } | null {
		const path = pathOf(file)
		const url = this.#urls.get(path ?? file) ?? urlIn(this.text(file) ?? '')
		if (path === null || url === '') return null
		const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/s.exec(url)
		const mapPath = inline === null ? resolve(dirname(path), decodeURIComponent(url)) : path
		const json =
			inline === null
				? this.#read(mapPath)
				: inline[1]
					? Buffer.from(inline[2]!, 'base64').toString()
					: decodeURIComponent(inline[2]!)
		if (json === null) return null
		try {
			const payload = JSON.parse(json) as SourceMapPayload
			const folder = resolve(dirname(mapPath), payload.sourceRoot ?? '')
			// The original source is often in the map, and not on this machine.
			for (const [i, source] of (payload.sources ?? []).entries()) {
				const content = payload.sourcesContent?.[i]
				if (typeof content === 'string') this.#texts.set(resolve(folder, source), content)
			}
			return { map: new SourceMap(payload), folder }
		} catch {
			return null
		}
	}

	#read(path: string | null): string | null {
		if (path === null || !existsSync(this.#root + path)) return null
		try {
			return readFileSync(this.#root + path, 'utf8')
		} catch {
			return null
		}
	}
}

/** The source map of a text: the last comment applies. */
function urlIn(text: string): string {
	return [...text.slice(-2_000_000).matchAll(/^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1] ?? ''
}

/** The path of a script; null if it is not a file. */
export function pathOf(file: string): string | null {
	if (file.startsWith('file:')) {
		try {
			return fileURLToPath(file.replace(/[?#].*$/, ''))
		} catch {
			return null
		}
	}
	return isAbsolute(file) && !file.startsWith('node:') ? file : null
}
