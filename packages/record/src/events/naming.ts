import type { Param } from './params.js'

/** Maximum length of a name, in UTF-16 units. Longer ones are cut. */
const maxNameLength = 256

/** Gives a slice its name by the arguments of the event that reports it. Undefined: the slice keeps its usual name. */
export type Naming = (args: readonly unknown[]) => string | undefined

/**
 * @param template a name with names of parameters in braces, such as `{method} {route}`
 * @returns undefined if no argument is part of the name
 */
export function namingOf(
	template: string,
	params: readonly (Param & { readonly redact?: unknown })[],
): Naming | undefined {
	// Text and names of parameters alternate.
	const parts = template.split(/\{([^{}]+)\}/)
	const indexes = parts.map((part, i) =>
		i % 2 === 1 ? params.findIndex(({ name, rest, redact }) => name === part && !rest && redact !== true) : -1,
	)
	if (indexes.every(i => i < 0)) return undefined
	return args => {
		let name = ''
		for (let i = 0; i < parts.length; i++) {
			if (i % 2 === 0) name += parts[i]!
			else if (indexes[i]! < 0) name += `{${parts[i]!}}`
			else {
				const text = textOf(args[indexes[i]!])
				if (text === undefined) return undefined
				name += text
			}
		}
		return name === '' ? undefined : wellFormed(name.slice(0, maxNameLength))
	}
}

/** Primitive values only: converting an object to text would run code of the program. */
function textOf(value: unknown): string | undefined {
	const isText =
		typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
	return isText ? String(value) : undefined
}

/** UTF-8 has no lone surrogates, so a name that contains one would not read back as the same name. */
function wellFormed(name: string): string {
	return name.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}
