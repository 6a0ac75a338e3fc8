import type { Schedule, Step } from '../explore/schedule.js'
import { placeText } from '../platform/text.js'

/** What a page of a failure shows. */
export interface PageContent {
	/** The schedule that failed, or that was replayed. */
	readonly schedule: Schedule
	/** One near to it that passes, if that is known. */
	readonly passing: Schedule | undefined
	/** What failed, and how to replay it. */
	readonly message: string | undefined
}

/** Of a longer schedule, the steps around what matters. */
const around = 25
const maxSteps = 150

const style = `
:root { --background: #fff; --raised: #f5f7fa; --text: #16191d; --faint: #57606a; --border: #d4dae1; --bad: #aa0005; --good: #005d44; --mark: #fff3d6; --action: #0f54dc; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --background: #0f1318; --raised: #181e26; --text: #e6eaf0; --faint: #9aa5b1; --border: #2f3843; --bad: #ff8a80; --good: #1cdea8; --mark: #3a2f10; --action: #8ab4ff; } }
body { margin: 0; padding: 16px; background: var(--background); color: var(--text); font: 13px / 1.4 system-ui, sans-serif; }
h1 { margin: 0 0 8px; font-size: 20px; overflow-wrap: anywhere; }
h2 { margin: 0 0 6px; font-size: 15px; }
.failing h2 { color: var(--bad); }
.passing h2 { color: var(--good); }
pre { max-height: 220px; overflow: auto; padding: 8px 10px; border: 1px solid var(--border); border-radius: 6px; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 460px), 1fr)); gap: 20px; align-items: start; }
.side { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 4px 2px; width: 100%; table-layout: fixed; }
thead th { padding: 4px 6px; border-bottom: 2px solid var(--border); text-align: left; overflow-wrap: anywhere; }
th.number { width: 34px; }
td { padding: 0; vertical-align: top; }
td.number { color: var(--faint); text-align: right; font-variant-numeric: tabular-nums; }
td.lane { border-left: 2px solid var(--border); }
.step { padding: 3px 7px; border: 1px solid var(--border); border-radius: 4px; background: var(--raised); overflow-wrap: anywhere; }
.step small { display: block; color: var(--faint); }
.action { border-color: var(--action); color: var(--action); }
.delayed { padding: 3px 7px; border: 2px dashed var(--bad); border-radius: 4px; background: var(--mark); color: var(--text); }
.delayed b { color: var(--bad); }
tr.differs td.number { color: var(--bad); font-weight: 700; }
tr.differs .step { outline: 2px solid var(--bad); }
.skipped { color: var(--faint); text-align: center; }
.faint { color: var(--faint); }
@media print { .side { break-inside: avoid; } }
`

/**
 * A failing schedule as a page: a lane for each task, from top to bottom; beside it one that passes. No script, nothing
 * is loaded.
 */
export function schedulePage({ schedule, passing, message }: PageContent): string {
	const first = passing === undefined ? -1 : firstDifference(schedule, passing)
	const failed = message !== undefined
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(schedule.name)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(schedule.name)}</h1>
${message === undefined ? '' : `<pre tabindex="0">${escaped(message)}</pre>`}
<p class="faint">From top to bottom: one step after the other, each in the lane of its task.${first >= 0 ? ` The schedules are the same up to step ${first}.` : ''}</p>
<div class="sides">
${side(failed ? 'failing' : 'replayed', failed ? 'This schedule fails' : 'This schedule was replayed', schedule, first)}
${passing === undefined ? '' : side('passing', 'This schedule passes', passing, first)}
</div>
</main>
</body>
</html>
`
}

function side(kind: string, title: string, { steps, delays, actions }: Schedule, first: number): string {
	const tasks = [...new Set(steps.map(({ task }) => task))]
	const shown = shownSteps(steps, first)
	const rows: string[] = []
	let last = -1
	for (const i of shown) {
		if (i > last + 1)
			rows.push(
				`<tr><td class="number"></td><td class="skipped" colspan="${tasks.length}">… ${i - last - 1} steps …</td></tr>`,
			)
		rows.push(row(steps[i]!, i, tasks, i === first))
		last = i
	}
	const cost = [
		...(delays > 0 ? [`${delays} ${delays === 1 ? 'delay' : 'delays'}`] : []),
		...(actions > 0 ? [`${actions} ${actions === 1 ? 'action' : 'actions'}`] : []),
	]
	return `<section class="side ${kind}">
<h2>${title}: ${cost.length === 0 ? 'without a delay' : `with ${cost.join(' and ')}`}</h2>
<table>
<thead><tr><th class="number" scope="col">step</th>${tasks.map(task => `<th scope="col">${escaped(task)}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</section>`
}

function row(step: Step, i: number, tasks: readonly string[], differs: boolean): string {
	const cells = tasks.map(task => {
		const content = task === step.task ? stepHtml(step) : step.delayed.includes(task) ? delayedHtml(step, task) : ''
		return `<td class="lane">${content}</td>`
	})
	return `<tr${differs ? ' class="differs"' : ''}><td class="number">${i}</td>${cells.join('')}</tr>`
}

function stepHtml({ kind, text, place, time, after, held }: Step): string {
	const notes = [
		...(place === undefined ? [] : [placeText(place)]),
		...(time === undefined ? [] : [`at ${time} ms of virtual time`]),
		...(after === undefined ? [] : [`${after} microtasks after the event`]),
		...(held === true ? ['it was held until here'] : []),
	]
	const small = notes.length === 0 ? '' : `<small>${escaped(notes.join(', '))}</small>`
	if (kind === 'hold') return `<div class="delayed"><b>held at</b> ${escaped(text)}${small}</div>`
	return `<div class="step${kind === 'action' ? ' action' : ''}">${escaped(kind === 'action' ? `action ${text}` : text)}${small}</div>`
}

function delayedHtml({ delayed, delayedAt }: Step, task: string): string {
	const at = delayedAt?.[delayed.indexOf(task)]?.slice(task.length)
	return `<div class="delayed"><b>delayed here</b>${at === undefined ? '' : escaped(at)}</div>`
}

/** All steps; of many, the first and last, and those around what deviates and where the schedules part. */
function shownSteps(steps: readonly Step[], first: number): number[] {
	if (steps.length <= maxSteps) return [...steps.keys()]
	const important = [0, steps.length - 1, ...(first >= 0 ? [first] : [])]
	for (const [i, { kind, delayed }] of steps.entries())
		if ((delayed.length > 0 || kind === 'action' || kind === 'hold') && important.length < 12) important.push(i)
	return [...steps.keys()].filter(i => important.some(at => Math.abs(at - i) <= around))
}

/** The first step that is not the same; -1 if all are. */
function firstDifference({ steps: one }: Schedule, { steps: other }: Schedule): number {
	const same = (a: Step | undefined, b: Step | undefined): boolean =>
		a?.task === b?.task && a?.text === b?.text && a?.kind === b?.kind
	for (let i = 0; i < Math.max(one.length, other.length); i++) if (!same(one[i], other[i])) return i
	return -1
}

function escaped(text: string): string {
	return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}
