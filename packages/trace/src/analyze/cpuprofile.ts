// Samples of what threads did, as a profile for `go tool pprof`.
import { numberArg, textArg } from '../exec.js'
import { type Frame, ProfileBuilder } from '../format/pprof.js'
import type { TraceSample } from '../read/items.js'
import type { SliceBatch } from '../slices.js'
import { textPid } from '../text/process.js'
import { TaskPaths } from './taskpaths.js'

/** Maximum number of different stacks; all further ones are counted as one. */
const maxStacks = 100_000
const otherStacks: Frame = { name: '(others)', file: '', line: 0 }

interface Counted {
	readonly stack: readonly Frame[]
	readonly labels: Readonly<Record<string, string>>
	count: number
	time: number
}

/** Collects CPU samples by stack and task. */
export class CpuSamples {
	readonly #paths = new TaskPaths()
	readonly #counted = new Map<string, Counted>()

	/** Whether there was a sample. */
	get known(): boolean {
		return this.#counted.size > 0
	}

	take(batch: SliceBatch): void {
		this.#paths.take(batch)
		for (const item of batch.items) if (item.type === 'sample') this.#sample(item)
	}

	/** With two values: samples, and the nanoseconds that they represent. */
	build(): ProfileBuilder {
		const builder = new ProfileBuilder([
			{ name: 'samples', unit: 'count' },
			{ name: 'cpu', unit: 'nanoseconds' },
		])
		for (const { stack, labels, count, time } of this.#counted.values()) builder.add(stack, [count, time], labels)
		return builder
	}

	#sample({ args, stack, track }: TraceSample): void {
		const task = textArg(args, 'name') ?? ''
		const path = task === '' ? [] : [task, ...this.#paths.above(track.process, numberArg(args, 'task') ?? 0)]
		const frames: Frame[] = [
			...stack.map(({ name, file, line }) => ({ name: name === '' ? '(anonymous)' : name, file, line })),
			...path.map(name => ({ name, file: '', line: 0 })),
		]
		const thread = track.kind === 'thread' ? track : track.parent
		const labels = {
			thread: `${textPid(track.process)}/${thread?.name ?? '?'}`,
			state: textArg(args, 'state') ?? 'running',
			...(task !== '' && { task }),
		}
		const key = JSON.stringify([frames, labels])
		const counted = this.#counted.get(key) ?? this.#add(key, frames, labels)
		counted.count++
		counted.time += Math.max(0, numberArg(args, 'ms') ?? 0) * 1e6
	}

	#add(key: string, stack: readonly Frame[], labels: Counted['labels']): Counted {
		const isFull = this.#counted.size >= maxStacks
		const others = isFull ? this.#counted.get('') : undefined
		if (others !== undefined) return others
		const counted = isFull
			? { stack: [otherStacks], labels: {}, count: 0, time: 0 }
			: { stack, labels, count: 0, time: 0 }
		this.#counted.set(isFull ? '' : key, counted)
		return counted
	}
}
