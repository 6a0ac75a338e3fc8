// The main job on real input: events in published packages, from the directive to what a probe sees.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../e2e/run.js'
import { packages } from './packages.js'
import { compileAndRun, configure, copy, generatedFiles, type Workspace, workspace } from './traceable.js'

let real: Workspace
beforeAll(async () => {
	real = await workspace()
})
afterAll(() => real?.remove())

test.each(['rxjs', 'zod'])('the events of %s are seen in their order', async name => {
	const spec = packages[name]!
	// The fastest by far; the matrix beside this file has the others.
	const version = '7'
	const dir = copy(spec, real)
	configure(dir, spec, version)
	const output = await run(real.bin, ['gen', '.'], dir)
	const generated = generatedFiles(dir)
	expect(output.match(/^wrote .*/gm)).toEqual(generated.map(path => `wrote   ${path}`))
	expect((await run(real.bin, ['list'], dir)).trimEnd().split('\n')).toEqual(spec.events)
	expect(await compileAndRun(dir, version)).toEqual(spec.printed)
	await run(real.bin, ['gen', '--check'], dir)
})
