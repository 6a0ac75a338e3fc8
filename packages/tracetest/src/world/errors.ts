import { AssertionError } from 'node:assert'
import { types } from 'node:util'
import { stackText, userStack } from '../platform/place.js'
import { valueText } from '../platform/text.js'
import type { CallStack } from './signal.js'

/** Nothing is left that could continue the test (proved), or nothing came within the dead time. */
export class DeadlockError extends Error {
	override readonly name: string = 'DeadlockError'
	/** Whether it is certain. If not, {@link alive} names what could still have led to an event. */
	declare readonly proved: boolean
	/** Kinds of resources that were alive: `Timeout`, `TCPSERVERWRAP ×2`. Empty if proved. */
	declare readonly alive: readonly string[]

	constructor(message: string, proved: boolean, alive: readonly string[]) {
		super(message)
		// Where this was noticed does not show where a task waits: `place` knows better, if anything is known.
		say(this, { stack: `DeadlockError: ${message}` })
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

	/** @param ownDiff whether the message contains the difference: some runners print one themselves */
	constructor(
		message: string,
		values?: { readonly actual: unknown; readonly expected: unknown },
		ownDiff: boolean = false,
	) {
		super(values !== undefined && ownDiff ? `${message}\n\n${diff(values)}` : message)
		// Not enumerable: runners print what is.
		hide(this, { code: 'ERR_ASSERTION', ...(values === undefined ? {} : { ...values, showDiff: true }) })
	}
}

/** The difference as Node prints it; nothing where it cannot: the values are the program's. */
function diff(values: { readonly actual: unknown; readonly expected: unknown }): string {
	try {
		const { message } = new AssertionError({ ...values, operator: 'deepStrictEqual' })
		return message.slice(message.indexOf('\n') + 1).trim()
	} catch {
		return ''
	}
}

/** What errors said before something was added: programs throw the same one again and again. */
const said = new WeakMap<Error, { readonly message: string; readonly stack: string }>()

/**
 * Let `error` point at `site`, and `message` be what it says. Runners read the stack, some of them the message in it.
 */
export function place(error: Error, message: string, site: CallStack | undefined): void {
	if (!said.has(error)) said.set(error, { message: error.message, stack: stackText(error) })
	const frames = userStack((site === undefined ? '' : stackText(site)) || framesOf(error))
	const stack = `${error.name}: ${message}${frames === '' ? '' : `\n${frames}`}`
	say(error, { message, stack })
}

/** Replace what `error` says. */
function say(error: Error, properties: { readonly message?: string; readonly stack: string }): void {
	try {
		hide(error, properties)
	} catch {
		// To replace a stack V8 formats it first, for which the program may have a function that throws.
		Reflect.deleteProperty(error, 'stack')
		hide(error, properties)
	}
}

/** The stack of `error` without its message, which may quote other stacks. */
export function framesOf(error: Error): string {
	const stack = stackText(error)
	const at = stack.indexOf(error.message)
	return at < 0 ? stack : stack.slice(at + error.message.length)
}

/** Add paragraphs to the message of `error`. */
export function explain(error: Error, paragraphs: readonly (string | undefined)[]): void {
	place(error, [error.message, ...paragraphs.filter(text => text !== undefined)].join('\n\n'), undefined)
}

/** What was added to `error` stays: a test inside of a test has failed with it. */
export function keep(error: Error): void {
	said.delete(error)
}

/** Set properties that runners do not print. */
export function hide(target: object, properties: Readonly<Record<string, unknown>>): void {
	for (const [name, value] of Object.entries(properties))
		Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: false })
}

/**
 * What was thrown, as an error that more can be added to. Programs may throw anything: values, frozen errors, such
 * whose properties throw when they are read. What an earlier execution has added is taken away.
 */
export function asError(thrown: unknown): Error {
	try {
		if (isError(thrown)) {
			const before = said.get(thrown)
			if (isOpen(thrown) && typeof thrown.message === 'string' && typeof thrown.name === 'string') {
				if (before !== undefined) hide(thrown, before)
				return thrown
			}
		}
	} catch {
		// A getter, or the trap of a proxy.
	}
	return standIn(thrown)
}

/**
 * Accepts errors of other realms, because runners execute tests in them. In older versions of Node a DOMException, such
 * as an AbortError, is not one of V8's errors.
 */
function isError(thrown: unknown): thrown is Error {
	return types.isNativeError(thrown) || thrown instanceof Error
}

/** Whether message and stack can be replaced. */
function isOpen(error: Error): boolean {
	const replaceable = ['message', 'stack'].every(
		name => Object.getOwnPropertyDescriptor(error, name)?.configurable ?? true,
	)
	return replaceable && Object.isExtensible(error)
}

/** An error in the place of `thrown`, which is its cause. */
function standIn(thrown: unknown): Error {
	const read = (name: 'name' | 'message'): string | undefined => {
		try {
			const value: unknown = isError(thrown) ? thrown[name] : undefined
			return typeof value === 'string' ? value : undefined
		} catch {
			return undefined
		}
	}
	const error = new Error(read('message') ?? `thrown: ${valueText(thrown)}`, { cause: thrown })
	const [name, stack] = [read('name'), stackText(isObject(thrown) ? thrown : undefined)]
	if (name !== undefined) hide(error, { name })
	// Where nothing is known, nothing is better than where this function was called.
	say(error, { stack: stack === '' ? `${error.name}: ${error.message}` : stack })
	return error
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null
}
