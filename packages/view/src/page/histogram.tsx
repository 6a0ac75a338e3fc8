import { useEffect, useState } from 'preact/hooks'
import type { PageParts } from './app.js'
import { useAnswer } from './found.js'
import { Go } from './links.js'
import type { Sum } from './protocol.js'
import { duration, plural } from './text.js'

/** How long the slices of a name took, by powers of two. A bar lists the slowest ones in it. */
export function Histogram({ name, mark, ...parts }: PageParts & { readonly name: number; readonly mark: number }) {
	const { state, client } = parts
	const [power, setPower] = useState<number | null>(null)
	const only = new Uint8Array(state.header.names.length)
	only[name] = 1
	const [sum] = useAnswer<Sum>(
		async () => client.sums(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, only),
		[name],
	)
	useEffect(() => setPower(null), [name])
	if (sum === undefined) return null
	const first = sum.powers.findIndex(n => n > 0)
	const last = sum.powers.findLastIndex(n => n > 0)
	const max = Math.max(...sum.powers)
	return (
		<>
			<div class="histogram" role="group" aria-label="how long slices of this name took">
				{sum.powers.slice(first, last + 1).map((n, i) => {
					const from = 2 ** (first + i)
					const text = `${plural(n, 'slice')} took ${duration(from)} to ${duration(from * 2)}`
					const isHere = mark >= from && mark < from * 2
					return (
						<button
							key={from}
							type="button"
							title={text}
							aria-label={text}
							aria-expanded={power === first + i}
							class={isHere ? 'here' : ''}
							disabled={n === 0}
							onClick={() => setPower(power === first + i ? null : first + i)}
						>
							<span style={{ height: `${n === 0 ? 0 : Math.max(2, (n / max) * 100)}%` }} />
						</button>
					)
				})}
				<p>
					{duration(sum.min)} to {duration(sum.max)}, each bar up to twice as long as the one before
				</p>
			</div>
			{power !== null && <Bar {...parts} name={name} power={power} count={sum.powers[power]!} />}
		</>
	)
}

/** The slowest slices of a bar. */
function Bar({
	name,
	power,
	count,
	...parts
}: PageParts & { readonly name: number; readonly power: number; readonly count: number }) {
	const least = 2 ** power
	const found = useAnswer(async () => parts.client.slowest(name, power === 0 ? 0 : least, least * 2), [name, power])
	return (
		<section class="chain">
			<p>
				{plural(count, 'slice')} took {duration(least)} to {duration(least * 2)}
				{count > found.length && found.length > 0 && `, the slowest ${found.length} of them`}:
			</p>
			<ol class="steps">
				{found.map(one => (
					<li key={one.interval}>
						<Go {...parts} found={one} text={duration(one.end - one.start)} />
					</li>
				))}
			</ol>
		</section>
	)
}
