import type { WaitSite } from './states.js'

/** How the waits of tasks of a name for a reason are divided among the places of those whose place is known. */
export function sharesOf(
	sites: readonly WaitSite[],
	reason: string,
	task: string,
): { readonly site: string; readonly share: number; readonly of: WaitSite }[] {
	const own = sites.filter(site => site.reason === reason && (site.tasks.get(task) ?? 0) > 0)
	const total = own.reduce((sum, site) => sum + site.tasks.get(task)!, 0)
	return own.map(of => ({ site: of.site, share: of.tasks.get(task)! / total, of }))
}
