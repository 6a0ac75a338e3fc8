import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Raised when the form of what is kept changes, or what is read out of a file, within one release. */
const form = 8

/** What is kept of a file may come out differently with each release of the generator. */
export function generatorVersion(): string {
	const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }
	return `${form} ${version}`
}

/** Changes with the generator's own code, which between two releases changes without its version. */
export function buildOf(): string {
	let stamp = 0
	for (const dir of [import.meta.dirname, join(import.meta.dirname, 'ts')]) {
		for (const name of readdirSync(dir)) {
			if (!/(?<!\.d)\.[jt]s$/.test(name)) continue
			const { mtimeMs, size } = statSync(join(dir, name))
			stamp = (stamp * 31 + mtimeMs + size) % 1e15
		}
	}
	return `${generatorVersion()} ${stamp}`
}
