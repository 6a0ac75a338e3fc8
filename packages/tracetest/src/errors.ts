import { AssertionError } from 'node:assert'
import { types } from 'node:util'
import { userStack } from './place.js'
import type { Site } from './signal.js'

/** Nothing is left that could continue the test (proved), or nothing came within the dead time. */
export class DeadlockError extends Error {
	override readonly name: string = 'DeadlockError'
	/** Whether it is certain. If not, {@link alive} names what could still have led to an event. */
	declare readonly proved: boolean
	/** Kinds of resources that were alive: `Timeout`, `TCPSERVERWRAP ×2`. Empty if proved. */
	declare readonly alive: readonly string[]

	constructor(message: string, proved: boolean, alive: readonly string[]) {
		super(message)
		// Not enumerable: runners print what is.
		hide(this, { proved, alive })
	}
}

/** An event came that the test did not expect, or with other values. */
export class ExpectError extends Error {
	override readonly name: string = 'ExpectError'
	/** As errors of node:assert have, so that runners know it for a failed assertion. */
	declare readonly code: 'ERR_ASSERTION'
	/** The arguments of the event, where they are not as expected. Runners that print differences find them here. */
	declare readonly actual?: unknown
	declare readonly expected?: unknown

	/** @param ownDiff whether the message shall contain the difference: runners may print one themselves */
	constructor(message: string, values?: { readonly actual: unknown; readonly expected: unknown }, ownDiff: boolean = false) {
		super(values !== undefined && ownDiff ? `${message}\n\n${diff(values)}` : message)
		// Not enumerable: runners print what is.
		hide(this, { code: 'ERR_ASSERTION', ...(values === undefined ? {} : { ...values, showDiff: true }) })
	}
}

/** The difference as Node prints it. */
function diff(values: { readonly actual: unknown; readonly expected: unknown }): string {
	const { message } = new AssertionError({ ...values, operator: 'deepStrictEqual' })
	return message.slice(message.indexOf('\n') + 1).trim()
}

/** Let `error` point at `site`, and `message` be what it says. Runners read the stack, some of them the message in it. */
export function place(error: Error, message: string, site: Site | undefined): void {
	const stack = site?.stack ?? error.stack ?? ''
	hide(error, { message, stack: `${error.name}: ${message}\n${userStack(stack)}` })
}

/** Add paragraphs to the message of `error`. */
export function explain(error: Error, paragraphs: readonly (string | undefined)[]): void {
	place(error, [error.message, ...paragraphs.filter(text => text !== undefined)].join('\n\n'), undefined)
}

/** Set properties that runners do not print. */
export function hide(target: object, properties: Readonly<Record<string, unknown>>): void {
	for (const [name, value] of Object.entries(properties))
		Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false })
}

/** What was thrown, as an error: programs may throw anything. */
export function asError(thrown: unknown): Error {
	// Of another realm too: runners execute tests in such.
	return types.isNativeError(thrown) ? thrown : new Error(`thrown: ${String(thrown)}`, { cause: thrown })
}
