import { configureStates } from '@tsgotrace/exec'
import { afterEach, expect, it } from 'vitest'
import { canHookCheaply, whyNoStates } from '../../src/states/support.js'
import { attach } from './programs/states.mjs'

afterEach(() => configureStates({ level: 'exact', sites: 100, allowUnsafe: false }))

it('a release of Node whose hooks turn a stack overflow into the end of the program needs a yes', () => {
	expect(whyNoStates('24.12.0', true)).toMatch(
		/^The states of tasks are not followed on Node 24\.12\.0: .*CVE-2025-59466.*configureStates\(\{ allowUnsafe: true \}\)/,
	)
	configureStates({ allowUnsafe: true })
	expect(whyNoStates('24.12.0', true)).toBe(null)
})

it('a Node whose hooks make all promises slower says so, and which ones do not', () => {
	expect(whyNoStates('22.23.3', false)).toMatch(/^The states of tasks are not followed on Node 22\.23\.3: .*Node 24/)
	expect(whyNoStates('24.21.0', true)).toBe(null)
})

it('options that are not valid say so', () => {
	expect(() => configureStates({ levels: 'exact' } as never)).toThrow(
		"configureStates: there is no option 'levels'; there are level, sites, allowUnsafe",
	)
	expect(() => configureStates({ valueOf: 1 } as never)).toThrow("there is no option 'valueOf'")
	expect(() => configureStates({ level: 'fine' as never })).toThrow(
		"configureStates: 'level' must be 'exact' or 'coarse'",
	)
	expect(() => configureStates({ sites: 0 })).toThrow("configureStates: 'sites' must be an integer of at least 1")
	expect(() => configureStates({ allowUnsafe: 1 as never })).toThrow(
		"configureStates: 'allowUnsafe' must be true or false",
	)
})

// On others, the tests of the matrix have it: there it is a process of its own.
if (!canHookCheaply())
	it('attaching to states where they cannot be followed warns once, and the program goes on', async () => {
		const warnings: string[] = []
		const take = (warning: Error & { code?: string }): void =>
			void warnings.push(`${warning.name} ${warning.code}: ${warning.message}`)
		const others = process.listeners('warning')
		process.removeAllListeners('warning').on('warning', take)
		attach({ RunDone: () => {} })()
		attach({ Wake: () => {}, WaitDone: () => {} })()
		await new Promise(resolve => setImmediate(resolve))
		process.off('warning', take)
		for (const other of others) process.on('warning', other)
		expect(warnings).toEqual([
			expect.stringMatching(/^TraceWarning TSGOTRACE_STATES: The states of tasks are not followed on Node /),
		])
	})
