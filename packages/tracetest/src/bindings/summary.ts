import type { PluginGlobs } from '../platform/awaits.js'
import { pointless } from '../platform/awaits.js'
import { count } from '../platform/text.js'
import { matcher } from './globs.js'

/** Where the meta data of a test file has the files that match and that it has loaded. */
export const key = 'tsgotrace.tracetest.awaits'

interface VitestProject {
	readonly name: string
}

interface TestModule {
	readonly project: VitestProject
	meta(): object
}

/** A reporter of vitest: says at the end of a run what the plugin has made choice points. */
export class PluginSummary {
	readonly #globs: PluginGlobs
	readonly #project: VitestProject

	constructor(globs: PluginGlobs, project: VitestProject) {
		this.#globs = globs
		this.#project = project
	}

	onTestRunEnd(modules: readonly TestModule[]): void {
		const { name } = this.#project
		const own = modules.filter(({ project }) => project.name === name)
		if (own.length === 0) return
		const files = own.flatMap(module => (Reflect.get(module.meta(), key) ?? []) as [file: string, awaits: number][])
		console.log(`\n   tracetest${name === '' ? '' : ` |${name}|`}  ${this.text(new Map(files))}`)
	}

	/** What is said of the files that match. */
	text(files: ReadonlyMap<string, number>): string {
		const nothing = pointless({ globs: this.#globs, files })
		if (nothing !== undefined) return `WARNING: ${nothing}`
		const awaits = [...files.values()].reduce((sum, n) => sum + n, 0)
		const { root } = this.#globs
		const unused = this.#globs.awaits.filter(glob => {
			const matches = matcher({ root, awaits: [glob] })
			return !glob.startsWith('!') && ![...files.keys()].some(file => matches(file) !== undefined)
		})
		const what = `${count(awaits, 'await')} in ${count(files.size, 'file')} ${awaits === 1 ? 'is a choice point' : 'are choice points'}`
		const rest = unused.length === 0 ? '' : `; no loaded file matches ${unused.map(glob => `'${glob}'`).join(', ')}`
		return what + rest
	}
}
