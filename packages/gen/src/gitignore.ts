import { existsSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'
import { slashed } from './paths.js'
import { readText } from './text.js'

/** The rules of a .gitignore and of those above it. A deeper file, whose rules come later, takes precedence. */
export interface Rules {
	/** The directory of the topmost .gitignore. */
	readonly dir: string
	readonly rules: Ignore
}

function readRules(dir: string, above: Rules | null): Rules {
	const text = textOf(join(dir, '.gitignore'))
	if (above === null) return { dir, rules: ignore().add(text) }
	return {
		dir: above.dir,
		rules: ignore()
			.add(above.rules)
			.add(rebase(text, below(above.dir, dir))),
	}
}

/** Empty if it cannot be read: git ignores that too. */
function textOf(path: string): string {
	try {
		return readText(path)
	} catch {
		return ''
	}
}

/** The patterns of the .gitignore in `dir`, rewritten as a .gitignore above it would have them. */
function rebase(text: string, dir: string): string[] {
	const prefix = `/${dir.replace(/[\\*?[\]]/g, '\\$&')}/`
	return text.split(/\r?\n/).flatMap(line => {
		if (/^(#|\s*$)/.test(line)) return []
		const [, not, pattern] = /^(!?)(?:\\(?=[!#]))?(.*)$/.exec(line) as unknown as [string, string, string]
		// A pattern with a slash before its end matches one path; others match at any depth.
		return [not + prefix + (/\/./.test(pattern) ? pattern.replace(/^\//, '') : `**/${pattern}`)]
	})
}

/** The .gitignore files that apply to directories below `roots`. Each is read once. */
export class GitIgnores {
	/** All files that were read or looked for. */
	readonly inputs: Set<string> = new Set()
	readonly #byDir = new Map<string, Rules | null>()
	readonly #roots: readonly string[]

	constructor(roots: readonly string[]) {
		this.#roots = roots
	}

	/** @param hasGitIgnore false if it is known that `dir` itself has none, which saves looking */
	of(dir: string, hasGitIgnore: boolean = existsSync(join(dir, '.gitignore'))): Rules | null {
		const known = this.#byDir.get(dir)
		if (known !== undefined) return known
		const parent = dirname(dir)
		const above = this.#roots.includes(dir) || parent === dir ? rulesAbove(dir, this.inputs) : this.of(parent)
		if (hasGitIgnore) this.inputs.add(join(dir, '.gitignore'))
		const rules = hasGitIgnore ? readRules(dir, above) : above
		this.#byDir.set(dir, rules)
		return rules
	}
}

/** The .gitignore files of the directories above `root`, up to the top of the repository. */
function rulesAbove(root: string, inputs: Set<string>): Rules | null {
	const dirs: string[] = []
	for (let dir = root; ; dir = dirname(dir)) {
		const [file, git] = [join(dir, '.gitignore'), join(dir, '.git')]
		if (dir !== root) inputs.add(file)
		inputs.add(git)
		if (dir !== root && existsSync(file)) dirs.unshift(dir)
		if (existsSync(git)) break
		if (dirname(dir) === dir) return null
	}
	return dirs.reduce<Rules | null>((above, dir) => readRules(dir, above), null)
}

/** Git's decision about a path whose directory has these rules. */
export function isIgnored(path: string, directory: boolean, all: Rules | null): boolean {
	return all !== null && all.rules.ignores(below(all.dir, path) + (directory ? '/' : ''))
}

/** `path` relative to `dir`, which is above it, with slashes. */
export function below(dir: string, path: string): string {
	return slashed(path.slice(dir.length + (dir.endsWith(sep) ? 0 : 1)))
}
