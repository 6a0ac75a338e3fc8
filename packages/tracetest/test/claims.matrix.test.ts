// The same test makes the same claim on any machine, and a token replays in any process.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeOf, nodeVersions } from '../../../test/e2e/nodes.js'
import { compile, runNode, runShell } from './go123.js'

const dir = join(import.meta.dirname, 'claims')
const program = join(dir, 'dist/claims/program.js')

interface Row {
	readonly name: string
	readonly claim: string
	readonly runs: number
	readonly token?: string
	readonly message?: string
}

function rowsOf({ code, output }: { readonly code: number; readonly output: string }): Row[] {
	expect(code, output).toBe(0)
	// How long a proof took is all that may be different.
	return output
		.split('\n')
		.filter(line => line.startsWith('{'))
		.map(line => JSON.parse(line.replace(/; [\d.]+ m?s\]/g, ']')) as Row)
}

let table: readonly Row[]
beforeAll(async () => {
	await compile(dir)
	table = rowsOf(await runNode(process.execPath, [program, 'table'], dir))
	expect(table.length).toBeGreaterThan(30)
}, 300_000)

const hasTaskset = ((): boolean => {
	try {
		execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
		return true
	} catch {
		return false
	}
})()

describe.skipIf(!hasTaskset)('on one core that something else keeps busy', () => {
	let busy: ChildProcess
	beforeAll(() => {
		busy = spawn('taskset', ['-c', '0', process.execPath, '-e', 'for (;;);'], { stdio: 'ignore' })
	})
	afterAll(() => void busy.kill())

	test('the same claims, counts and tokens', { timeout: 600_000 }, async () => {
		const slow = rowsOf(await runShell(`taskset -c 0 '${process.execPath}' '${program}' table`, dir))
		expect(slow).toEqual(table)
		expect(busy.exitCode).toBe(null)
	})
})

test.each(
	nodeVersions.filter(version => !process.version.startsWith(`v${version}.`)),
)('on Node %s: the same claims, counts and tokens', {
	timeout: 600_000,
}, async version => {
	expect(rowsOf(await runNode(await nodeOf(version), [program, 'table'], dir))).toEqual(table)
})

test('each token replays, 20 of 20: in 5 processes of their own, 4 times in each', { timeout: 600_000 }, async () => {
	const failed = table.filter(({ token }) => token !== undefined)
	expect(failed.length).toBeGreaterThan(15)
	const jobs = failed.flatMap(row => Array.from({ length: 5 }, () => row))
	const next = async (): Promise<void> => {
		for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
			const { name, token, message } = job
			const { code, output } = await runNode(process.execPath, [program, 'replay', name, token!, '4'], dir)
			expect(code, output).toBe(0)
			const lines = output.split('\n').filter(each => each.startsWith('{'))
			expect(lines.length).toBe(4)
			for (const line of lines)
				expect(JSON.parse(line.replace(/; [\d.]+ m?s\]/g, ']')), name).toMatchObject({ replays: true, token, message })
		}
	}
	await Promise.all([next(), next()])
})
