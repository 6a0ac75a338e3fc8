import { setImmediate } from 'node:timers/promises'
import { type Body, explore, type RunOptions, run, type SearchReport, type VerifyOptions } from '@tsgotrace/tracetest'
import { expect } from 'vitest'

/** How `run` fails with this body. */
export async function failureOf(body: Body, options: RunOptions = {}): Promise<Error> {
	const error = await run(body, options).then(
		() => expect.unreachable('the test did not fail'),
		(thrown: unknown) => thrown,
	)
	return error as Error
}

/** How a search ends with this body: short ones only. */
export function searched(body: Body, options: VerifyOptions = {}): Promise<SearchReport> {
	return explore(body, { progress: false, samples: 20, ...options })
}

/** How a search fails with this body. */
export async function failedSearch(body: Body, options: VerifyOptions = {}): Promise<Error> {
	const { failure } = await searched(body, options)
	expect(failure, 'no schedule failed').toBeDefined()
	return failure!.error
}

/**
 * Everything that does not depend on which of the two executes a body: as it goes, or under one schedule after the
 * other.
 */
export const both: readonly (readonly [
	name: string,
	execute: (body: Body, options?: RunOptions) => Promise<Error | undefined>,
])[] = [
	['run', (body, options) => run(body, options).then(nothing, (error: unknown) => error as Error)],
	['verify', async (body, options) => (await searched(body, options)).failure?.error],
]

function nothing(): undefined {}

/** Turns of the event loop: whatever is on its way arrives. */
export async function turns(n = 3): Promise<void> {
	for (let i = 0; i < n; i++) await setImmediate()
}

/** Unhandled rejections and uncaught exceptions while `fn` runs, and right after it. */
export async function noise(fn: () => Promise<unknown>): Promise<unknown[]> {
	const seen: unknown[] = []
	const listen = (error: unknown): void => void seen.push(error)
	const names = ['unhandledRejection', 'uncaughtException'] as const
	const before = names.map(name => process.listeners(name as 'uncaughtException'))
	for (const name of names) process.removeAllListeners(name).on(name, listen)
	try {
		await fn()
		await turns()
	} finally {
		names.forEach((name, i) => {
			process.removeAllListeners(name)
			for (const listener of before[i]!) process.on(name as 'uncaughtException', listener)
		})
	}
	return seen
}
