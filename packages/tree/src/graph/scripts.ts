import type { SourceSite } from '../model.js'
import type { HeapNode } from '../snapshot/heap.js'
import type { View } from './view.js'

/** The files of scripts, and where functions and classes are declared in them. */
export class Scripts {
	readonly #view: View
	#urls: Map<number, string> | null = null

	constructor(view: View) {
		this.#view = view
	}

	/** Where a function is declared, or an object's class; null if the snapshot does not say. */
	site(node: HeapNode): SourceSite | null {
		const location = this.#view.heap.locations.of(node)
		if (location === null) return null
		const file = this.url(location.script)
		return { file: file ?? `script ${location.script}`, line: location.line + 1, column: location.column + 1 }
	}

	url(script: number): string | null {
		this.#urls ??= this.#find()
		return this.#urls.get(script) ?? null
	}

	/** Whether a function or class is Node's own, not in a file. */
	isInternal(node: HeapNode): boolean {
		const location = this.#view.heap.locations.of(node)
		return location === null || isInternalFile(this.url(location.script) ?? 'eval')
	}

	#find(): Map<number, string> {
		const view = this.#view
		const { locations } = view.heap
		const urls = new Map<number, string>()
		for (let row = 0; row < locations.count; row++) {
			const node = locations.node(row)
			if (!view.isClosure(node)) continue
			const { script } = locations.of(node)!
			if (urls.has(script)) continue
			const shared = view.get(node, 'shared')
			if (shared === null) continue
			// Node 20 uses the other name.
			const object = view.get(shared, 'script') ?? view.get(shared, 'script_or_debug_info')
			const url = object === null ? null : this.#urlOf(object)
			if (url !== null && url !== '') urls.set(script, url)
		}
		return urls
	}

	/** The content of its name. A snapshot does not have that of a slice of another string, only the beginning as text. */
	#urlOf(script: HeapNode): string | null {
		const name = this.#view.get(script, 'name')
		return name === null ? null : (this.#view.text(name) ?? this.#view.heap.name(script))
	}
}

/** Whether a script of this name is a part of Node. */
function isInternalFile(file: string): boolean {
	return file === '' || /^(node:|internal\/)/.test(file)
}
