import { frame as frameField, interned, callstack as stackField } from '../format/schema.js'
import type { TraceFrame } from './items.js'
import { Strings } from './strings.js'
import type { Wire } from './wire.js'

/** A frame as it is interned: its texts have numbers. */
interface InternedFrame {
	readonly name: number
	readonly file: number
	readonly line: number
	readonly column: number
}

const none: readonly TraceFrame[] = []

/** The stacks of samples that a state has interned. */
export class Stacks {
	readonly functions: Strings = new Strings()
	readonly files: Strings = new Strings()
	readonly #frames = new Map<number, InternedFrame>()
	/** By number, the outermost frame first: as numbers of frames, until the stack is used. */
	readonly #stacks = new Map<number, readonly number[]>()
	readonly #made = new Map<number, readonly TraceFrame[]>()

	/** Read an entry of interned data whose tag has been read. @returns false if it is something else */
	read(tag: number, wire: Wire): boolean {
		if (tag === interned.frames) this.#frame(wire)
		else if (tag === interned.callstacks) this.#stack(wire)
		else return false
		return true
	}

	/** The innermost frame first. Empty if it is not known. */
	get(id: number): readonly TraceFrame[] {
		const known = this.#made.get(id)
		if (known !== undefined) return known
		const frames = this.#stacks.get(id)
		if (frames === undefined) return none
		const stack = frames.map(frame => this.#interned(frame)).reverse()
		this.#made.set(id, stack)
		return stack
	}

	#interned(id: number): TraceFrame {
		const { name = 0, file = 0, line = 0, column = 0 } = this.#frames.get(id) ?? {}
		return { name: this.functions.get(name) ?? '', file: this.files.get(file) ?? '', line, column }
	}

	#frame(wire: Wire): void {
		const end = wire.limit()
		let [id, name, file, line, column] = [0, 0, 0, 0, 0]
		while (wire.pos < end) {
			const tag = wire.number()
			if (tag === frameField.iid) id = wire.number()
			else if (tag === frameField.functionName) name = wire.number()
			else if (tag === frameField.sourcePath) file = wire.number()
			else if (tag === frameField.line) line = wire.number()
			else if (tag === frameField.column) column = wire.number()
			else wire.skip(tag)
		}
		wire.finish(end)
		this.#frames.set(id, { name, file, line, column })
	}

	#stack(wire: Wire): void {
		const end = wire.limit()
		let id = 0
		const frames: number[] = []
		while (wire.pos < end) {
			const tag = wire.number()
			if (tag === stackField.iid) id = wire.number()
			else if (tag === stackField.frames) frames.push(wire.number())
			else wire.skip(tag)
		}
		wire.finish(end)
		this.#stacks.set(id, frames)
		this.#made.delete(id)
	}
}
