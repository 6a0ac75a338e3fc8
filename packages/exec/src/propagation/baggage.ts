import { noTexts } from '../texts.js'

/** Limits of https://www.w3.org/TR/baggage/: any intermediary may drop what exceeds them. */
const maxBytes = 8192
const maxMembers = 64

const token = /^[\w!#$%&'*+.^`|~-]+$/

/** The members of a W3C `baggage` header, by name, without their properties. Malformed members are left out. */
export function parseBaggage(header: unknown): Readonly<Record<string, string>> {
	if (typeof header !== 'string' || header.length > maxBytes) return noTexts
	const members: Record<string, string> = Object.create(null) as Record<string, string>
	let count = 0
	for (const member of header.split(',')) {
		const [pair = ''] = member.split(';')
		const at = pair.indexOf('=')
		const name = pair.slice(0, at).trim()
		if (at < 1 || !token.test(name) || ++count > maxMembers) continue
		const value = decoded(pair.slice(at + 1).trim())
		if (value !== null) members[name] = value
	}
	return members
}

/**
 * As a header; empty if there is nothing to send. Names that are not allowed in a header, and what exceeds the limits,
 * are left out.
 */
export function baggageHeader(members: Readonly<Record<string, string>>): string {
	let header = ''
	let count = 0
	for (const [name, value] of Object.entries(members)) {
		const text = encoded(value)
		if (text === null || !token.test(name)) continue
		const member = `${header === '' ? '' : ','}${name}=${text}`
		if (header.length + member.length > maxBytes || ++count > maxMembers) break
		header += member
	}
	return header
}

/** A lone surrogate cannot be sent. */
function encoded(text: string): string | null {
	try {
		return encodeURIComponent(text)
	} catch {
		return null
	}
}

function decoded(text: string): string | null {
	try {
		return decodeURIComponent(text)
	} catch {
		return null
	}
}
