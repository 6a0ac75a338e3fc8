import { useEffect, useState } from 'preact/hooks'
import { select } from './actions.js'
import type { PageParts } from './app.js'
import { useSlowest } from './found.js'
import type { Sum } from './protocol.js'
import { duration, plural } from './text.js'

/** How long the slices of a name took, by powers of two. A bar leads to the slowest one in it that is among the slowest of all. */
export function Histogram({ name, mark, ...parts }: PageParts & { readonly name: number; readonly mark: number }) {
	const { state, client, timeline } = parts
	const [sum, setSum] = useState<Sum | null>(null)
	const slowest = useSlowest(client, name)
	useEffect(() => {
		let isOver = false
		const only = new Uint8Array(state.header.names.length)
		only[name] = 1
		void client.sums(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, only).then(([found]) => {
			if (!isOver) setSum(found ?? null)
		})
		return () => {
			isOver = true
		}
	}, [name])
	if (sum === null) return null
	const first = sum.powers.findIndex(n => n > 0)
	const last = sum.powers.findLastIndex(n => n > 0)
	const max = Math.max(...sum.powers)
	return (
		<div class="histogram" role="group" aria-label="how long slices of this name took">
			{sum.powers.slice(first, last + 1).map((n, i) => {
				const from = 2 ** (first + i)
				const text = `${plural(n, 'slice')} took ${duration(from)} to ${duration(from * 2)}`
				const found = slowest.find(({ start, end }) => end - start >= from && end - start < from * 2)
				const isHere = mark >= from && mark < from * 2
				return (
					<button
						key={from}
						type="button"
						title={text}
						aria-label={text}
						class={isHere ? 'here' : ''}
						disabled={found === undefined}
						onClick={() => found !== undefined && void select(state, client, timeline, found)}
					>
						<span style={{ height: `${n === 0 ? 0 : Math.max(2, (n / max) * 100)}%` }} />
					</button>
				)
			})}
			<p>
				{duration(2 ** first)} to {duration(2 ** (last + 1))}
			</p>
		</div>
	)
}
