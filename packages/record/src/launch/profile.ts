import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MergedProfile, mergeProfiles } from '../profile/merge.js'
import { type ProfilePreload, profileVariable } from '../profile/preload.js'
import { quoted } from './environment.js'

/**
 * The environment variables with which an unchanged Node program, and every process that it starts, profiles trace
 * events.
 */
export function profileEnvironment(
	options: ProfilePreload,
	nodeOptions: string = process.env['NODE_OPTIONS'] ?? '',
): Record<string, string> {
	const preload = fileURLToPath(new URL('../../preload-profile.cjs', import.meta.url))
	return {
		NODE_OPTIONS: `--require=${quoted(preload)} ${nodeOptions}`.trim(),
		[profileVariable]: JSON.stringify(options),
	}
}

/** What the threads of a program leave behind. */
export interface ProfileParts {
	readonly dir: string
	/**
	 * How many threads have left a profile, how many events they profiled, which events existed, and which pausable ones
	 * were left out.
	 */
	report(): {
		readonly threads: number
		readonly attached: number
		readonly ids: readonly string[]
		readonly leftOut: readonly string[]
	}
	/** One profile of all threads. */
	merged(): MergedProfile
	remove(): void
}

/** A directory for {@link profileEnvironment}. @throws if it cannot be created */
export function profileParts(prefix: string): ProfileParts {
	const dir = mkdtempSync(prefix)
	const files = (end: string): string[] =>
		readdirSync(dir)
			.filter(f => f.endsWith(end))
			.sort()
	return {
		dir,
		report() {
			const reports = files('.json').map(f => JSON.parse(readFileSync(join(dir, f), 'utf8')) as ProfileReport)
			const attached = reports.reduce((sum, r) => sum + r.attached, 0)
			return { threads: reports.length, attached, ids: allOf(reports, 'ids'), leftOut: allOf(reports, 'leftOut') }
		},
		merged: () => mergeProfiles(files('.pb.gz').map(f => readFileSync(join(dir, f)))),
		remove: () => rmSync(dir, { recursive: true, force: true }),
	}
}

interface ProfileReport {
	readonly attached: number
	readonly ids: readonly string[]
	readonly leftOut: readonly string[]
}

function allOf(reports: readonly ProfileReport[], key: 'ids' | 'leftOut'): string[] {
	return [...new Set(reports.flatMap(report => report[key]))].sort()
}
