/** A parameter of a tool. */
export interface Parameter {
	readonly type: 'string' | 'integer' | 'number'
	readonly description: string
	/** Whether it must be given. */
	readonly required?: boolean
	readonly minimum?: number
	readonly maximum?: number
}

export type Arguments = Readonly<Record<string, string | number | undefined>>

/** What an agent can ask for. It changes nothing. */
export interface Tool {
	readonly name: string
	readonly description: string
	readonly parameters: Readonly<Record<string, Parameter>>
	/** @returns what is answered, as JSON @throws {ToolError} for what the agent can do better */
	readonly call: (args: Arguments) => Promise<unknown>
}

/** An error in the request, for the agent to read. */
export class ToolError extends Error {
	override readonly name = 'ToolError'
}

/** The JSON schema of the arguments of a tool. */
export function schemaOf({ parameters }: Tool): {
	type: 'object'
	properties: Record<string, object>
	required: string[]
	additionalProperties: false
} {
	const properties = Object.entries(parameters).map(([name, { type, description, minimum, maximum }]) => {
		return [
			name,
			{ type, description, ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) },
		] as const
	})
	const required = Object.entries(parameters).flatMap(([name, parameter]) =>
		parameter.required === true ? [name] : [],
	)
	return { type: 'object', properties: Object.fromEntries(properties), required, additionalProperties: false }
}

/** @throws {ToolError} if arguments are not those of the tool */
export function checked({ name, parameters }: Tool, given: Readonly<Record<string, unknown>>): Arguments {
	for (const key of Object.keys(given))
		if (!Object.hasOwn(parameters, key))
			throw new ToolError(`${name} has no argument '${key}'; it has ${Object.keys(parameters).join(', ') || 'none'}`)
	const args: Record<string, string | number> = {}
	for (const [key, parameter] of Object.entries(parameters)) {
		const value = given[key]
		if (value === undefined || value === null) {
			if (parameter.required === true)
				throw new ToolError(`${name} needs the argument '${key}': ${parameter.description}`)
			continue
		}
		args[key] = valueOf(name, key, parameter, value)
	}
	return args
}

function valueOf(
	tool: string,
	key: string,
	{ type, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Parameter,
	value: unknown,
): string | number {
	if (type === 'string') {
		if (typeof value === 'string' && value !== '') return value
	} else if (
		typeof value === 'number' &&
		value >= minimum &&
		value <= maximum &&
		(type === 'number' || Number.isInteger(value))
	)
		return value
	const range =
		type === 'string' ? 'a text' : `${type === 'integer' ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}`
	throw new ToolError(`${tool}: '${key}' must be ${range}, not ${JSON.stringify(value)}`)
}

/** Of every tool that answers with a list. */
export const paging: Readonly<Record<'offset' | 'limit', Parameter>> = {
	offset: {
		type: 'integer',
		description: 'how many to skip; the answer has the offset of the next page as "next"',
		minimum: 0,
		maximum: 1e9,
	},
	limit: { type: 'integer', description: 'how many to answer (default 20)', minimum: 1, maximum: 200 },
}

/** A page of a list, and where the next one begins; null if it is the last. */
export function pageOf<T>(
	all: readonly T[],
	{ offset = 0, limit = 20 }: Arguments,
): { readonly total: number; readonly items: readonly T[]; readonly next: number | null } {
	const from = Number(offset)
	const to = from + Number(limit)
	return { total: all.length, items: all.slice(from, to), next: to < all.length ? to : null }
}
