import type { TraceFrame } from '@tsgotrace/trace/read'
import type { Samples } from '../data/samples.js'

/** The file and line of a function, after its name. */
export function frameText({ name, file, line }: TraceFrame): string {
	const called = name === '' ? '(anonymous)' : name
	return file === '' ? called : `${called} ${file}${line > 0 ? `:${line}` : ''}`
}

interface Sample {
	readonly interval: number
	readonly node: number
	readonly task: number
	readonly root: number | undefined
}

/** Collects samples, and their stacks as a tree. */
export class StackTree {
	readonly #frames = new Map<string, number>()
	readonly #nodeOf = new Map<string, number>()
	readonly #frame: number[] = []
	readonly #caller: number[] = []
	/** Samples of one place share their stack. */
	readonly #known = new WeakMap<readonly TraceFrame[], number>()
	readonly #samples: Sample[] = []

	/**
	 * @param task index of its name; -1 outside of tasks
	 * @param root number of its slice, if that is known
	 */
	add(interval: number, stack: readonly TraceFrame[], task: number, root?: number): void {
		let node = this.#known.get(stack)
		if (node === undefined) {
			node = 0
			for (let i = stack.length - 1; i >= 0; i--) node = this.#node(this.#frameOf(frameText(stack[i]!)), node)
			this.#known.set(stack, node)
		}
		if (node > 0) this.#samples.push({ interval, node: node - 1, task: task + 1, root })
	}

	/**
	 * @param intervalOf the interval of a slice, by its number
	 * @param placeOf where an interval is in the columns
	 */
	done(
		intervalOf: (slice: number) => number | undefined,
		placeOf: (interval: number) => number,
	): { readonly samples: Samples; readonly frames: readonly string[] } {
		const rootOf = (slice: number | undefined): number => {
			const interval = slice === undefined ? undefined : intervalOf(slice)
			return interval === undefined ? 0 : placeOf(interval) + 1
		}
		const all = this.#samples
			.map(sample => ({ ...sample, interval: placeOf(sample.interval) }))
			.sort((a, b) => a.interval - b.interval)
		return {
			samples: {
				interval: Uint32Array.from(all, ({ interval }) => interval),
				node: Uint32Array.from(all, ({ node }) => node),
				task: Uint32Array.from(all, ({ task }) => task),
				root: Uint32Array.from(all, ({ root }) => rootOf(root)),
				nodes: { frame: Uint32Array.from(this.#frame), caller: Uint32Array.from(this.#caller) },
			},
			frames: [...this.#frames.keys()],
		}
	}

	#frameOf(text: string): number {
		let frame = this.#frames.get(text)
		if (frame === undefined) this.#frames.set(text, (frame = this.#frames.size))
		return frame
	}

	/** @param caller a number from 1 on; 0: none @returns such a number */
	#node(frame: number, caller: number): number {
		const key = `${caller} ${frame}`
		let node = this.#nodeOf.get(key)
		if (node === undefined) {
			this.#frame.push(frame)
			this.#caller.push(caller)
			this.#nodeOf.set(key, (node = this.#frame.length))
		}
		return node
	}
}
