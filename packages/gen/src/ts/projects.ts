import { dirname } from 'node:path'
import type { ts } from 'ts-morph'
import { tsc } from './compiler.js'

/** A tsconfig, read. */
interface Project {
	/** Of the tsconfig; empty if there is none. */
	readonly path: string
	readonly dir: string
	readonly options: ts.CompilerOptions
	readonly fileNames: readonly string[]
	readonly references: readonly string[]
}

/** The projects that files belong to. Each tsconfig is read once. */
export class Projects {
	readonly #read = new Map<string, Project>()

	/**
	 * The projects that contain the file at `path`: of the nearest tsconfig or its references. All of these if none names
	 * the file.
	 */
	of(path: string): Project[] {
		const dir = dirname(path)
		const config = tsc.findConfigFile(dir, file => tsc.sys.fileExists(file), 'tsconfig.json')
		if (config === undefined) return [{ path: '', dir, options: {}, fileNames: [], references: [] }]
		const all = this.#withReferences(config)
		const own = all.filter(project => project.fileNames.includes(path))
		return own.length > 0 ? own : all
	}

	#withReferences(config: string): Project[] {
		const found = new Map<string, Project>()
		const pending = [config]
		for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
			if (found.has(path)) continue
			const project = this.#project(path)
			found.set(path, project)
			pending.push(...project.references)
		}
		return [...found.values()]
	}

	#project(path: string): Project {
		let project = this.#read.get(path)
		if (project === undefined) {
			const host = { ...tsc.sys, onUnRecoverableConfigFileDiagnostic: () => {} }
			const parsed = tsc.getParsedCommandLineOfConfigFile(path, {}, host)
			project = {
				path,
				dir: dirname(path),
				options: parsed?.options ?? {},
				fileNames: parsed?.fileNames ?? [],
				references: (parsed?.projectReferences ?? []).map(r => tsc.resolveProjectReferencePath(r)),
			}
			this.#read.set(path, project)
		}
		return project
	}
}
