// More published packages, with every TypeScript that compiles them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../e2e/run.js'
import { packages } from './packages.js'
import { compileAndRun, configure, copy, type Workspace, workspace } from './traceable.js'

let real: Workspace
beforeAll(async () => {
	real = await workspace()
})
afterAll(() => real?.remove())

describe.each(Object.values(packages))('$name', spec => {
	let dir: string
	beforeAll(() => {
		dir = copy(spec, real)
	})

	test.each(
		Object.keys(spec.compilers).reverse(),
	)('TypeScript %s compiles it, and its events are seen in their order', async version => {
		configure(dir, spec, version)
		await run(real.bin, ['gen', '.'], dir)
		expect((await run(real.bin, ['list'], dir)).trimEnd().split('\n')).toEqual(spec.events)
		expect(await compileAndRun(dir, version)).toEqual(spec.printed)
	})
})
