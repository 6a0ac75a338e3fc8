// Parts of tasks, and slices. Go's regions are nested and belong to one goroutine; what does not fit is a user task.
import { nameOf, taskIn } from '../../exec.js'
import { type Frame, frameAt } from '../../format/pprof.js'
import { type Slice, sliceName } from '../../slices.js'
import { textArgs } from '../../text/text.js'
import type { GoTask, Loop, Machine } from './machine.js'
import type { Goroutine } from './model.js'
import type { GoWriter } from './writer.js'

/** A slice; its end is null as long as it is not known. */
export interface SlicePart {
	readonly slice: Slice
	/** The number of the user task that it belongs to; 0 for none. */
	readonly task: number
	end: number | null
	region: GoRegion | null
	/** The user task that it is. */
	own: number
}

interface GoRegion {
	readonly part: SlicePart
	readonly name: string
	readonly on: GoTask
}

/** Numbers of user tasks that are slices: far from those of tasks. */
const firstNumber = 2 ** 52

export class Regions {
	readonly #writer: GoWriter
	readonly #machine: Machine
	readonly #open = new Map<GoTask, GoRegion[]>()
	readonly #places: ReadonlyMap<string, string>
	#number = firstNumber

	/** @param places of declarations, by name of the slice */
	constructor(writer: GoWriter, machine: Machine, places: ReadonlyMap<string, string>) {
		this.#writer = writer
		this.#machine = machine
		this.#places = places
	}

	/**
	 * @param of the task whose part it is; null for one of the thread, which belongs to what runs there if it ends in the
	 * same run
	 */
	begin(part: SlicePart, of: GoTask | null, loop: Loop): void {
		const { slice } = part
		const on = of ?? loop.current
		const fits = on !== null && on.state !== 'gone' && this.#nests(on, part) && (of !== null || isWithin(part, on))
		if (!fits) return this.#beginTask(part, loop)
		const region: GoRegion = { part, name: nameOf(slice), on }
		part.region = region
		this.#whileRunning(on, goroutine => {
			if (part.region === null) return
			const open = this.#open.get(on)
			if (open === undefined) this.#open.set(on, [region])
			else open.push(region)
			this.#writer.beginRegion(goroutine, part.task, region.name, this.#frame(slice))
			this.#log(goroutine, part)
		})
	}

	end(part: SlicePart, loop: Loop): void {
		const { region, own } = part
		if (own !== 0) this.#machine.onGoroutine(loop, goroutine => this.#writer.endTask(goroutine, own))
		if (region === null) return
		this.#whileRunning(region.on, goroutine => {
			const open = this.#open.get(region.on)
			// It has ended with one around it, or with its task.
			if (open === undefined || !open.includes(region)) part.region = null
			else this.#close(goroutine, open, region)
		})
	}

	/** All that are open end with their task. */
	endAll(on: GoTask): void {
		const open = this.#open.get(on)
		if (open !== undefined) this.#close(on.goroutine, open, null)
		this.#open.delete(on)
	}

	#close(goroutine: Goroutine, open: GoRegion[], until: GoRegion | null): void {
		for (let region = open.pop(); region !== undefined; region = open.pop()) {
			this.#writer.endRegion(goroutine, region.part.task, region.name)
			if (region === until) return
		}
	}

	/** Whether all that are open on the goroutine end later. */
	#nests(on: GoTask, { end }: SlicePart): boolean {
		return (this.#open.get(on) ?? []).every(({ part }) => part.end === null || (end !== null && end <= part.end))
	}

	#beginTask(part: SlicePart, loop: Loop): void {
		part.own = ++this.#number
		this.#machine.onGoroutine(loop, goroutine => {
			this.#writer.beginTask(goroutine, part.own, part.task, nameOf(part.slice))
			this.#log(goroutine, part)
		})
	}

	#log(goroutine: Goroutine, { slice, own, task }: SlicePart): void {
		if (taskIn(slice.args) !== 0) return
		const args = textArgs(slice.args)
		if (args !== '') this.#writer.log(goroutine, own || task, 'arguments', args)
	}

	#frame(slice: Slice): Frame {
		return frameAt(nameOf(slice), this.#places.get(sliceName(slice)) ?? '')
	}

	#whileRunning(on: GoTask, fn: (goroutine: Goroutine) => void): void {
		if (on.state === 'running') fn(on.goroutine)
		else if (on.state !== 'gone') on.later.push(() => fn(on.goroutine))
	}
}

function isWithin({ end }: SlicePart, { stop }: GoTask): boolean {
	return end !== null && stop !== null && end <= stop.time
}
