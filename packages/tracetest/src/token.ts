import type { Delay, Deviation, Injection } from './schedule.js'

/**
 * Names a schedule, so that it can be replayed: `tt1:<test>:<deviations>:<fingerprint>`.
 *
 * Deviations: `d11-1` passes over one task at decision 11; `i3-0-2` injects action 0 two microtasks after occurrence 3; `0` if there is none.
 * Fingerprint: the number of decisions, one character for each (for each few, if there are many), and a hash of all. Each character depends on
 * everything before it, so that an execution that goes another way is recognised where it does.
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

const most = 64
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Letters and digits of the name of a test: tokens need no quotes in a shell. */
export function slug(name: string): string {
	return (
		name
			.toLowerCase()
			.replace(/[^\p{L}\p{N}]+/gu, '-')
			.replace(/^-|-$/g, '')
			.slice(0, 40) || 'test'
	)
}

export function fingerprintOf(hashes: readonly number[]): Fingerprint {
	const stride = strideOf(hashes.length)
	let marks = ''
	for (let i = 0; i < hashes.length; i += stride) marks += digits[hashes[Math.min(i + stride, hashes.length) - 1]! & 63]
	return { decisions: hashes.length, marks, hash: (hashes.at(-1) ?? 0) >>> 0 }
}

function strideOf(decisions: number): number {
	return Math.max(1, Math.ceil(decisions / most))
}

export function tokenText({ name, deviations, fingerprint }: Token): string {
	const text = deviations.map(deviation =>
		deviation.kind === 'delay' ? `d${deviation.at}-${deviation.by}` : `i${deviation.at}-${deviation.action}-${deviation.after}`,
	)
	const { decisions, marks, hash } = fingerprint
	return ['tt1', slug(name), text.join('.') || '0', `${decisions.toString(36)}.${marks}.${hash.toString(36)}`].join(':')
}

/** @throws if it is no token */
export function parseToken(text: string): Token {
	const [version, name, deviations, fingerprint, ...rest] = text.split(':')
	if (version !== 'tt1') throw new Error(`TRACETEST=${text}: a token begins with "tt1:"; this one may be from another version`)
	const parts = fingerprint?.split('.')
	if (name === undefined || deviations === undefined || parts?.length !== 3 || rest.length > 0) throw broken(text)
	const [decisions, marks, hash] = parts as [string, string, string]
	const parsed = { decisions: Number.parseInt(decisions, 36), marks, hash: Number.parseInt(hash, 36) }
	if (Number.isNaN(parsed.decisions) || Number.isNaN(parsed.hash)) throw broken(text)
	if (marks.length !== Math.ceil(parsed.decisions / strideOf(parsed.decisions))) throw broken(text)
	return { name, deviations: deviations === '0' ? [] : deviations.split('.').map(part => parseDeviation(part, text)), fingerprint: parsed }
}

function parseDeviation(part: string, text: string): Delay | Injection {
	const delay = /^d(\d+)-(\d+)$/.exec(part)
	if (delay !== null) return { kind: 'delay', at: Number(delay[1]), by: Number(delay[2]) }
	const injection = /^i(\d+)-(\d+)-(\d+)$/.exec(part)
	if (injection !== null) return { kind: 'injection', at: Number(injection[1]), action: Number(injection[2]), after: Number(injection[3]) }
	throw broken(text)
}

function broken(text: string): Error {
	return new Error(`TRACETEST=${text}: the token is incomplete; copy all of it, up to the space`)
}

/**
 * Where an execution went another way than the one that the token was made of.
 *
 * @returns the first decision that may be another one, counted from 0, or undefined if it is the same execution
 */
export function divergence({ fingerprint }: Token, hashes: readonly number[]): number | undefined {
	const { decisions, marks, hash } = fingerprint
	const stride = strideOf(decisions)
	const same = hashes.slice(0, decisions)
	for (let i = 0; i < marks.length; i++) {
		const last = Math.min((i + 1) * stride, decisions) - 1
		if (last >= same.length || digits[same[last]! & 63] !== marks[i]) return Math.min(i * stride, same.length)
	}
	return (same.at(-1) ?? 0) >>> 0 === hash ? undefined : Math.max(0, decisions - stride)
}
