import { useRef } from 'preact/hooks'
import type { PageParts } from './app.js'
import { Choose } from './choose.js'
import { useLeave } from './leave.js'
import { openInPerfetto } from './perfetto.js'

/** What can be done with the file. */
export function Menu({ state, opener }: PageParts) {
	const { source } = state
	const hand = async (): Promise<void> => {
		state.notice.value = 'Waiting for Perfetto…'
		try {
			await openInPerfetto(source!)
			state.notice.value = 'Perfetto has the file, in the other window.'
		} catch (error) {
			state.notice.value = `Perfetto did not get the file: ${error instanceof Error ? error.message : String(error)}.`
		}
	}
	const save = async (): Promise<void> => {
		const link = document.createElement('a')
		link.href = URL.createObjectURL(new Blob([await source!.bytes()]))
		link.download = source!.name
		link.click()
		URL.revokeObjectURL(link.href)
	}
	const menu = useRef<HTMLDetailsElement>(null)
	const close = (): void => {
		if (menu.current !== null) menu.current.open = false
	}
	useLeave(menu, close)
	return (
		<details
			ref={menu}
			class="menu"
			onKeyDown={event => {
				if (event.key !== 'Escape' || menu.current?.open !== true) return
				event.stopPropagation()
				close()
				menu.current.querySelector('summary')?.focus()
			}}
		>
			<summary>file</summary>
			<div>
				<Choose opener={opener} />
				{source === null ? (
					<p>
						This page has the picture of the trace, not the file.{' '}
						<code>tsgotrace view FILE -o report.html --with-trace</code> embeds it; or open it above.
					</p>
				) : (
					<>
						<button type="button" onClick={() => void hand()}>
							open in Perfetto
						</button>
						<p>
							Opens https://ui.perfetto.dev and hands the file to that page, in this browser. Until you click, nothing
							is asked of any other site.
						</p>
						<button type="button" onClick={() => void save()}>
							save the file
						</button>
					</>
				)}
			</div>
		</details>
	)
}
