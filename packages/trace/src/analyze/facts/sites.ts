import type { WaitSite } from './states.js'

/**
 * How the waits of tasks of a name for a reason are divided among the places of those whose place is known. `error` is
 * the standard error of a share: 0 if all places are known.
 */
export function sharesOf(
	sites: readonly WaitSite[],
	reason: string,
	task: string,
): { readonly site: string; readonly share: number; readonly error: number; readonly of: WaitSite }[] {
	const own = sites.filter(site => site.reason === reason && (site.tasks.get(task) ?? 0) > 0)
	const total = own.reduce((sum, site) => sum + site.tasks.get(task)!, 0)
	const samples = own.reduce((sum, site) => sum + site.samples.get(task)!, 0)
	const isSample = own.some(site => site.isSample)
	return own.map(of => {
		const share = of.tasks.get(task)! / total
		return { site: of.site, share, error: isSample ? errorOf(share, samples) : 0, of }
	})
}

/** Of a share in a sample. That of a few is uncertain though all of them agree. */
function errorOf(share: number, samples: number): number {
	const likely = (share * samples + 1) / (samples + 2)
	return Math.sqrt((likely * (1 - likely)) / samples)
}
