// What `doctor` looks at around the sources: linters, compilers, test runners, routers and scripts.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { GitIgnores, isIgnored } from './gitignore.js'
import type { NpmPackage, Unit } from './model.js'
import { type PackageJson, readPackageJson } from './npm.js'
import { slashedRelative } from './paths.js'

/** One thing that was looked at. */
export interface DoctorCheck {
	readonly check: 'runtime' | 'types' | 'copies' | 'eslint' | 'tsconfig' | 'tests' | 'routes' | 'scripts' | 'generated'
	readonly state: 'ok' | 'note' | 'problem'
	readonly text: string
	/** What to do about it. */
	readonly hint?: string
}

/** Checks of a package that has directives. @param top the workspace that it is part of, or itself */
export function setupChecks(json: PackageJson, pkg: NpmPackage, units: readonly Unit[], top: string): DoctorCheck[] {
	return [
		...tsconfigCheck(pkg),
		...testsCheck(json, pkg, units),
		...routesCheck(json, pkg, units),
		...scriptsCheck(json, pkg, units, top),
	]
}

const eslintConfig = /^(eslint\.config\.[mc]?[jt]s|\.eslintrc(\.(js|cjs|json|ya?ml))?)$/

/** Rules that rewrite the comments. */
export function eslintCheck(root: string): DoctorCheck[] {
	const check = 'eslint'
	for (let dir = root; ; dir = dirname(dir)) {
		const file = readdirSync(dir).find(name => eslintConfig.test(name))
		if (file !== undefined) {
			const text = readFileSync(join(dir, file), 'utf8')
			const rules = ['spaced-comment', 'capitalized-comments', 'multiline-comment-style'].filter(rule =>
				text.includes(rule),
			)
			const harmless =
				rules.filter(rule => rule === 'spaced-comment').length === rules.length && text.includes('trace:')
			if (rules.length === 0 || harmless)
				return [{ check, state: 'ok', text: `${file} does not rewrite the directives` }]
			const hint = [
				rules.includes('spaced-comment') &&
					`'spaced-comment': ['error', 'always', { line: { markers: ['trace:event', 'trace:import'] } }]`,
				rules.includes('capitalized-comments') &&
					`'capitalized-comments': ['error', 'always', { ignorePattern: 'trace:' }]`,
				rules.includes('multiline-comment-style') && `'multiline-comment-style': 'off'`,
			].filter(line => line !== false)
			return [
				{
					check,
					state: 'problem',
					text: `${rules.join(', ')} in ${file} would rewrite the directives`,
					hint: hint.join('\n'),
				},
			]
		}
		if (existsSync(join(dir, '.git')) || dirname(dir) === dir) return []
	}
}

function tsconfigCheck({ problem }: NpmPackage): DoctorCheck[] {
	if (problem === null) return []
	return [{ check: 'tsconfig', state: 'problem', text: problem.message, hint: problem.hint }]
}

const runners = ['vitest', 'jest', 'mocha', 'ava']

/** Generated files that a test runner would take for tests, which they are not. */
function testsCheck(json: PackageJson, pkg: NpmPackage, units: readonly Unit[]): DoctorCheck[] {
	const check = 'tests'
	const runner = runners.find(name => has(json, name))
	if (runner === undefined) return []
	// By default, Jest runs every file in such a directory.
	const taken =
		runner === 'jest' ? units.filter(u => /(^|\/)__tests__\//.test(slashedRelative(pkg.root, u.output))) : []
	if (taken.length === 0 || JSON.stringify(json).includes('ztrace'))
		return [{ check, state: 'ok', text: `${runner} does not run generated files as tests` }]
	const files = taken.map(u => slashedRelative(pkg.root, u.output)).join(', ')
	const hint = `"testPathIgnorePatterns": ["/node_modules/", "/ztrace(_test)?\\\\.[mc]?ts$"] in the configuration of jest`
	return [{ check, state: 'problem', text: `jest runs ${files} as a test`, hint }]
}

/** Routers for which each file of some directories is a route. */
const routers: readonly (readonly [dependency: RegExp, routes: RegExp])[] = [
	[/^next$/, /^(src\/)?pages(?=\/|$)/],
	[/^(@remix-run\/.*|@react-router\/.*)$/, /^app\/routes(?=\/|$)/],
	[/^nuxt$/, /^((app\/)?pages|server\/(api|routes|middleware|plugins))(?=\/|$)/],
	[/^astro$/, /^src\/pages(?=\/|$)/],
	[/^expo-router$/, /^(src\/)?app(?=\/|$)/],
]

function routesCheck(json: PackageJson, pkg: NpmPackage, units: readonly Unit[]): DoctorCheck[] {
	for (const [dependency, routes] of routers) {
		const name = Object.keys(dependencies(json)).find(key => dependency.test(key))
		if (name === undefined) continue
		const files: string[] = []
		const globs = new Set<string>()
		for (const { output } of units) {
			const routed = routes.exec(slashedRelative(pkg.root, dirname(output)))
			if (routed === null) continue
			files.push(slashedRelative(pkg.root, output))
			globs.add(`${routed[0]}/**`)
		}
		if (files.length === 0) continue
		const out = [...globs].map(glob => `"${glob}": "trace"`).join(', ')
		const hint = `add to package.json:\n"tsgotrace": { "out": { ${out} } }`
		return [{ check: 'routes', state: 'problem', text: `${name} uses ${files.join(', ')} as a route`, hint }]
	}
	return []
}

/**
 * Whether some script generates, of the package or of its workspace. Where git ignores generated files, a clone does
 * not compile without.
 */
function scriptsCheck(json: PackageJson, pkg: NpmPackage, units: readonly Unit[], top: string): DoctorCheck[] {
	const check = 'scripts'
	const all = [json, readPackageJson(top)].flatMap(own => Object.entries(own?.scripts ?? {}))
	const script = all.find(([, command]) => /\btsgotrace gen\b/.test(command))
	if (script !== undefined) return [{ check, state: 'ok', text: `the script "${script[0]}" runs tsgotrace gen` }]
	const { output } = units[0]!
	const ignored = isIgnored(output, false, new GitIgnores([pkg.root]).of(dirname(output)))
	const build = json.scripts?.['build']
	const edit = ignored
		? `"build": ${JSON.stringify(build === undefined ? 'tsgotrace gen && tsc' : `tsgotrace gen && ${build}`)}`
		: `"gen": "tsgotrace gen",\n"check:gen": "tsgotrace gen --check"`
	const why = ignored ? ', and git ignores its output: a clone does not compile' : ''
	return [
		{
			check,
			state: ignored ? 'problem' : 'note',
			text: `no script runs tsgotrace gen${why}`,
			hint: `add to "scripts" in package.json:\n${edit}`,
		},
	]
}

function dependencies(json: PackageJson): Record<string, string> {
	return { ...json.dependencies, ...json.devDependencies, ...json.peerDependencies }
}

function has(json: PackageJson, name: string): boolean {
	return dependencies(json)[name] !== undefined
}
