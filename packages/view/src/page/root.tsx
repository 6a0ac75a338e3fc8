import { App } from './app.js'
import { Choose } from './choose.js'
import type { Opener } from './open.js'

/** All that is on the page. */
export function Root({ opener }: { readonly opener: Opener }) {
	const opened = opener.opened.value
	if (opened.is === 'trace') return <App key={opened.number} {...opened.parts} />
	if (opened.is === 'reading')
		return (
			<main class="welcome">
				<h1>tsgotrace</h1>
				<p role="status">{opened.text}</p>
			</main>
		)
	return (
		<main class="welcome">
			<h1>tsgotrace</h1>
			{opened.problem !== null && (
				<p class="problem" role="alert">
					{opened.problem}
				</p>
			)}
			<p>
				Drop a <code>.perfetto-trace</code> here, or choose one. It is read in this page and never leaves it.
			</p>
			<Choose opener={opener} />
			<p>
				A page with the trace in it: <code>tsgotrace view FILE -o report.html</code>
			</p>
		</main>
	)
}
