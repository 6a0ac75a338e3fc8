/** What an encoder has to know of a parameter. */
export interface Param {
	/** `arg0` and so on for one that is a pattern. */
	readonly name: string
	readonly rest: boolean
	/** The type as it is declared; `any` if there is none. A hint only: at run time anything may come. */
	readonly type: string
}

/** The parameters of a descriptor: `who: string`, `n?: number`, `...rest: T[]`, `{ a }: X`. */
export function parseParams(params: readonly string[]): readonly Param[] {
	return params.map((text, i) => {
		const match = /^(\.\.\.)?\s*([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)\s*\??\s*(?::([^]*))?$/u.exec(text.trim())
		if (match === null) return { name: `arg${i}`, rest: text.trim().startsWith('...'), type: 'any' }
		return { name: match[2]!, rest: match[1] !== undefined, type: match[3]?.trim() ?? 'any' }
	})
}
