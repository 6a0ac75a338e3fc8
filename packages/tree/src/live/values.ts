import type { NamedValue } from '../model.js'
import type { Inspector } from './inspector.js'

/** Names of what is often secret. */
const secret = /pass|pwd|secret|token|auth|cookie|session|credential|api_?key|private|card|iban|ssn|e_?mail/i
/** Characters of a value, and how many variables of a call. */
const longest = 60
const maxValues = 12

interface RemoteValue {
	readonly type: string
	readonly subtype?: string
	readonly value?: unknown
	readonly description?: string
	readonly objectId?: string
}

interface RemoteProperties {
	readonly result?: readonly { readonly name: string; readonly value?: RemoteValue }[]
}

/**
 * The arguments and variables of a suspended call: of objects their class, and nothing of what they have. What is often
 * secret is left out by its name.
 *
 * @param scopes the object of its `[[Scopes]]`
 */
export async function valuesOf(inspector: Inspector, scopes: string): Promise<NamedValue[]> {
	const properties = async (objectId: string): Promise<NonNullable<RemoteProperties['result']>> =>
		((await inspector.post('Runtime.getProperties', { objectId, ownProperties: true })) as RemoteProperties).result ??
		[]
	const found = new Map<string, string>()
	for (const { value: scope } of await properties(scopes)) {
		if (scope?.objectId === undefined) continue
		// Those of the function itself come first.
		if (!/^(Local|Block|Catch)/.test(scope.description ?? '')) break
		for (const { name, value } of await properties(scope.objectId))
			if (value !== undefined && name !== 'this' && name !== 'arguments' && found.size < maxValues && !found.has(name))
				found.set(name, secret.test(name) ? '[redacted]' : valueText(value))
	}
	return [...found].map(([name, value]) => ({ name, value }))
}

function valueText({ type, subtype, value, description }: RemoteValue): string {
	if (type === 'string') return JSON.stringify(cut(String(value)))
	if (type === 'function') return 'function'
	if (type === 'undefined' || subtype === 'null') return subtype ?? type
	// Of errors the first line would be their message.
	if (subtype === 'error') return (description ?? 'Error').split(/[:\n]/)[0]!
	return cut((description ?? String(value)).split('\n')[0]!)
}

function cut(text: string): string {
	return text.length > longest ? `${text.slice(0, longest)}…` : text
}
