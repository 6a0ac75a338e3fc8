/** What an encoder needs to know about a parameter. */
export interface Param {
	/** `arg0` and so on for a destructuring pattern. */
	readonly name: string
	readonly rest: boolean
	/** The declared type; `any` without a declaration. Only a hint: at run time the value may be anything. */
	readonly type: string
}

/** The parameters of a descriptor: `who: string`, `n?: number`, `...rest: T[]`, `{ a }: X`. */
export function parseParams(params: readonly string[]): readonly Param[] {
	return params.map((text, i) => {
		const match = /^(\.\.\.)?\s*([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*\??\s*(?::([^]*))?$/u.exec(
			text.trim(),
		)
		if (match === null) return { name: `arg${i}`, rest: text.trim().startsWith('...'), type: 'any' }
		return { name: match[2]!, rest: match[1] !== undefined, type: match[3]?.trim() ?? 'any' }
	})
}
