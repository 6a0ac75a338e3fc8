import type { Database } from './database.js'
import { traceQuery } from './ztrace.js'

/** Permissions of people, in a separate service: another thing to wait for. */
export async function mayRead(who: string): Promise<boolean> {
	if (traceQuery) await traceQuery(`rights of ${who}`)
	if (traceQuery) await traceQuery(`groups of ${who}`)
	return who !== 'mallory'
}

/** A report: rights are checked for all but the owner. */
export async function report(database: Database, who: string): Promise<string> {
	if (who !== 'owner' && !(await mayRead(who))) throw new Error(`${who} may not read this`)
	return database.query('select * from visits')
}
