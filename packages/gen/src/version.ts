import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Increased when, within a release, the format of stored data changes, or the data that is read out of a file. */
const form = 10

/** With each release of the generator, the data read out of a file may be different. */
export function generatorVersion(): string {
	const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
		version: string
	}
	return `${form} ${version}`
}

/** Changes with the generator's code, which changes between releases without a new version number. */
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
