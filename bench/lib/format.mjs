/** @typedef {{ median: number, min: number, max: number }} Spread */

/** Two digits after the point, or three digits in all. */
export const figure = value =>
	Math.abs(value) < 10 ? value.toFixed(2) : Math.abs(value) < 100 ? value.toFixed(1) : value.toFixed(0)

const range = (show, { min, max }) => (show(min) === show(max) ? '' : ` (${show(min)}..${show(max)})`)

/** @param {Spread} s */
export const times = s => `${figure(s.median)}x${range(figure, s)}`

/** With three digits after the point, where a limit is compared with. @param {Spread} s */
export const exactTimes = s =>
	s.median < 10 ? `${s.median.toFixed(3)}x${range(value => value.toFixed(3), s)}` : times(s)

/** With four digits after the point: of parts of a hundredth. @param {Spread} s */
export const fineTimes = s => `${s.median.toFixed(4)}x${range(value => value.toFixed(4), s)}`

const signed = value => (value > -0.005 ? `+${figure(Math.max(0, value))}` : figure(value))

/** @param {Spread} s */
export const plusNs = s => `${signed(s.median)} ns${range(signed, s)}`

/** @param {Spread} s */
export const ns = s => `${figure(s.median)} ns${range(figure, s)}`

/** @param {Spread} s */
export const ms = s => `${figure(s.median)} ms${range(figure, s)}`

/**
 * @param {string[]} head
 * @param {string[][]} rows
 * @param {(column: number) => boolean} isText these columns are aligned to the left
 */
export function markdownTable(head, rows, isText = column => column === 0) {
	const line = cells => `| ${cells.join(' | ')} |`
	return [line(head), line(head.map((_, i) => (isText(i) ? '---' : '--:'))), ...rows.map(line)].join('\n')
}
