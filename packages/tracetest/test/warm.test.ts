// That a token replays in a fresh process though modules keep state between executions, or that the report says why
// not.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { attempt, root } from '../../../test/e2e/run.js'

// In the package, so that it finds what was built of it.
const home = join(import.meta.dirname, `../.cache/warm-${process.pid}`)
mkdirSync(home, { recursive: true })
afterAll(() => rmSync(home, { recursive: true, force: true }))

const prelude = `
	import { explore } from '@tsgotrace/tracetest'
	import { awaiting } from '@tsgotrace/tracetest/await'
	const show = ({ failure, claim }) => console.log(failure === undefined ? claim : failure.error.message)
`

/** What the program prints, and then with the token that it has printed. */
async function twice(name: string, body: string): Promise<[string, string]> {
	const file = join(home, `${name}.mjs`)
	writeFileSync(file, prelude + body)
	const first = await attempt(process.execPath, [file], root)
	const [token] = /tt1:\S+/.exec(first.stdout) ?? ['none']
	const second = await attempt(
		process.execPath,
		['--input-type=module', '-e', `process.env.TRACETEST = '${token}'; await import('${file}')`],
		root,
	)
	return [first.stdout + first.stderr, second.stdout + second.stderr]
}

test('a module probes once, and the failure needs a delay in a later execution', async () => {
	const [first, second] = await twice(
		'probes',
		`let probed = false
		const write = async (store, value) => {
			if (!probed) {
				probed = true
				await awaiting(0, 'probe#0')
			}
			await awaiting(0, 'write#0')
			store.value = value
		}
		show(await explore(async t => {
			const store = { value: 0, order: [] }
			const add = name => async () => {
				await awaiting(0, 'read#0')
				const { value } = store
				store.order.push(name)
				await write(store, value + 1)
			}
			await t.all(t.go('ann', add('ann')), t.go('bob', add('bob')))
			if (store.value !== 2 && store.order[0] === 'bob') throw new Error('value is ' + store.value)
		}, { progress: false }))`,
	)
	expect(first).toMatch(/^value is 1\n[^]*\nreplay: TRACETEST=tt1:test:(?!p:)/)
	expect(second).toMatch(
		/^value is 1\n\nreplayed: the schedule of the token, by the second execution: the first leaves state in a module/,
	)
})

test('what only the first execution of a process does', async () => {
	const [first, second] = await twice(
		'first',
		`let made = 0
		let instance
		const get = async () => {
			if (instance === undefined) {
				await awaiting(0, 'get#0')
				made++
				instance = {}
			}
			return instance
		}
		show(await explore(async t => {
			const before = made
			await t.all(t.go('ann', get), t.go('bob', get))
			if (made - before > 1) throw new Error('made ' + (made - before))
		}, { progress: false }))`,
	)
	expect(first).toMatch(
		/^made 2\n[^]*\nit did not fail again in this process: [^]* a module keeps what the first execution has made/,
	)
	expect(second).toMatch(/^made 2\n\nreplayed: the schedule of the token\n/)
})
