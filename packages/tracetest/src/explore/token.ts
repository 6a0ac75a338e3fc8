import { hashText } from '../world/task.js'
import type { Outcome } from './execute.js'
import type { Deviation } from './schedule.js'

/**
 * Names a schedule, so that it can be replayed: `tt1:<test>:<deviations>:<fingerprint>:<check>`.
 *
 * Deviations: `d11-1` passes over one task at decision 11; `i3-0-2` injects action 0 two microtasks after occurrence 3;
 * `0` if there is none. `p` is the undisturbed execution. After `n` they depart from its order: `h1-8-2` holds the task
 * of arrival 1 until two microtasks after moment 8, `h1-q-0` until nothing else can go on, `h1-h-3` for three
 * microtasks; `l2-q-0` holds back the callback that was asked for third.
 * Fingerprint: the number of decisions (after `n` also of arrivals and moments), one character for each (for each few,
 * if there are many), and a hash of all. Each character depends on everything before it, so that an execution that goes
 * another way is recognised where it does. Check: a hash of all that is before it, so that a token that was damaged is
 * not taken for another one.
 */
export interface Token {
	readonly name: string
	readonly deviations: readonly Deviation[]
	readonly fingerprint: Fingerprint
}

interface Fingerprint {
	readonly decisions: number
	readonly marks: string
	readonly hash: number
}

const max = 64
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const longest = 40

/**
 * Letters and digits of the name of a test: tokens need no quotes in a shell. With a hash where that says less than the
 * name.
 */
export function slug(name: string): string {
	const plain = name.toLowerCase().replaceAll(' ', '-')
	const text = plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '')
	if (text === plain && text.length <= longest) return text || 'test'
	const hash = hashText(name).toString(36)
	return `${text.slice(0, longest - 1 - hash.length)}-${hash}`.replace(/^-|-(?=-)/g, '')
}

/** What a token needs of an execution. */
type Trail = Pick<Outcome, 'hashes' | 'marks'>

export function fingerprintOf({ hashes, marks: applied }: Trail): Fingerprint {
	const stride = strideOf(hashes.length)
	let marks = ''
	for (let i = 0; i < hashes.length; i += stride) marks += digit(hashes[Math.min(i + stride, hashes.length) - 1]!)
	return { decisions: hashes.length, marks, hash: total(hashes.at(-1), applied) }
}

/**
 * The last hash, and those where deviations were applied: where an action is injected matters, and is not a decision.
 */
function total(last: number | undefined, marks: Trail['marks']): number {
	return marks.reduce((sum, { hash }) => Math.imul(sum ^ hash, 0x01000193), last ?? 0) >>> 0
}

/** The upper bits: lower ones depend on less. */
function digit(hash: number): string {
	return digits[hash >>> 26]!
}

function strideOf(decisions: number): number {
	return Math.max(1, Math.ceil(decisions / max))
}

export function tokenText({ name, deviations, fingerprint }: Token): string {
	const text = deviations.map(deviationText)
	const { decisions, marks, hash } = fingerprint
	const token = [
		'tt1',
		slug(name),
		text.join('.') || '0',
		`${decisions.toString(36)}.${marks}.${hash.toString(36)}`,
	].join(':')
	return `${token}:${checkOf(token)}`
}

function deviationText(deviation: Deviation): string {
	switch (deviation.kind) {
		case 'order':
			return deviation.name === 'plain' ? 'p' : 'n'
		case 'hold': {
			const { at, until, after, late = false } = deviation
			return `${late ? 'l' : 'h'}${at}-${until === 'quiet' ? 'q' : until === 'here' ? 'h' : until}-${after}`
		}
		case 'delay':
			return `d${deviation.at}-${deviation.by}`
		case 'injection':
			return `i${deviation.at}-${deviation.action}-${deviation.after}`
	}
}

function checkOf(token: string): string {
	return (hashText(token) % 36 ** 4).toString(36).padStart(4, '0')
}

/** @throws if it is not a token */
export function parseToken(input: string): Token {
	const text = input.trim()
	const [version, name, deviations, fingerprint, check, ...rest] = text.split(':')
	if (version !== 'tt1')
		throw new Error(`TRACETEST=${text}: a token begins with "tt1:"; this one may be from another version`)
	const parts = fingerprint?.split('.')
	if (name === undefined || deviations === undefined || parts?.length !== 3 || check === undefined || rest.length > 0)
		throw broken(text)
	if (check !== checkOf(text.slice(0, -check.length - 1))) throw broken(text)
	const [decisions, marks, hash] = parts as [string, string, string]
	const parsed = { decisions: Number.parseInt(decisions, 36), marks, hash: Number.parseInt(hash, 36) }
	return {
		name,
		deviations: deviations === '0' ? [] : deviations.split('.').map(part => parseDeviation(part, text)),
		fingerprint: parsed,
	}
}

function parseDeviation(part: string, text: string): Deviation {
	if (part === 'p' || part === 'n') return { kind: 'order', name: part === 'p' ? 'plain' : 'natural' }
	const hold = /^([hl])(\d+)-(\d+|q|h)-(\d+)$/.exec(part)
	if (hold !== null) {
		const [, letter, at, moment, after] = hold
		const until = moment === 'q' ? 'quiet' : moment === 'h' ? 'here' : Number(moment)
		return { kind: 'hold', ...(letter === 'l' && { late: true }), at: Number(at), until, after: Number(after) }
	}
	const delay = /^d(\d+)-(\d+)$/.exec(part)
	if (delay !== null) return { kind: 'delay', at: Number(delay[1]), by: Number(delay[2]) }
	const injection = /^i(\d+)-(\d+)-(\d+)$/.exec(part)
	if (injection !== null)
		return { kind: 'injection', at: Number(injection[1]), action: Number(injection[2]), after: Number(injection[3]) }
	throw broken(text)
}

function broken(text: string): Error {
	return new Error(`TRACETEST=${text}: the token is damaged; copy all of it, up to the space`)
}

/**
 * Where an execution went another way than the one that the token was made of.
 *
 * One that goes on, where that one ended, is another one too: it has steps that are not in the failure of the token.
 *
 * @returns the first decision that may be another one, counted from 0, or undefined if it is the same execution
 */
export function divergence({ fingerprint, deviations }: Token, { hashes, marks: applied }: Trail): number | undefined {
	const { decisions, marks, hash } = fingerprint
	const stride = strideOf(decisions)
	const same = hashes.slice(0, decisions)
	for (let i = 0; i < marks.length; i++) {
		const last = Math.min((i + 1) * stride, decisions) - 1
		if (last >= same.length || digit(same[last]!) !== marks[i]) return Math.min(i * stride, same.length)
	}
	if (applied.length !== deviations.length || total(same.at(-1), applied) !== hash)
		return Math.max(0, decisions - stride)
	return hashes.length > decisions ? decisions : undefined
}
