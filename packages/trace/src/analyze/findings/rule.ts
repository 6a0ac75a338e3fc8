import { shellWord } from '../../text/shell.js'
import type { Analysis } from '../facts/analysis.js'
import type { ItemGroup } from '../facts/groups.js'
import type { Finding, TaskReport } from '../facts/report.js'

/** The input of rules. */
export interface Facts {
	readonly analysis: Analysis
	/** The window of the trace. */
	readonly from: number
	readonly to: number
	readonly tasks: readonly TaskReport[]
}

/** A rule returns the problems that it finds. */
export type Rule = (facts: Facts) => Iterable<Finding>

/** `task GET /item`, `slice shop/db:query` */
export function subjectOf({ kind, name }: Pick<ItemGroup, 'kind' | 'name'>): string {
	return `${kind} ${name}`
}

/** `42 %` */
export function percent(share: number): string {
	return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)} %`
}

/** A command that shows one of a kind. */
export function lookAt({ kind }: Pick<ItemGroup, 'kind'>, id: number): string {
	if (kind === 'task') return `tsgotrace analyze FILE --task ${id}`
	return kind === 'slice'
		? `tsgotrace query FILE "select * from slices where id = ${id}"`
		: `tsgotrace query FILE "select * from slices where args ->> '${kind}' = ${id}"`
}

/** A command that shows why the slowest task of a name took so long. The name may be the path of a request of anyone. */
export function lookAtSlowest(name: string): string {
	return `tsgotrace analyze FILE --slow${name.startsWith('-') ? '=' : ' '}${shellWord(name)}`
}

/** A command that shows the events of a part of the trace. */
export function lookBetween(from: number, to: number): string {
	return `tsgotrace query FILE "select * from events where ts between ${Math.floor(from)} and ${Math.ceil(to)}"`
}
