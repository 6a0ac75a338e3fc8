// For the packages of this repository that write more than events into a recording, such as task states and samples.
// Not for users: it changes with the recorder.
import type { EncoderFactory } from './engine/source.js'
import type { RecordOptions } from './options.js'
import { Recorder } from './recorder.js'

export { monotonicOf, now } from './engine/clock.js'
export { selfContained } from './engine/metadata.js'
export { attempt } from './engine/room.js'
export type { Sequence } from './engine/sequence.js'
export type { EncoderFactory, EncoderTools, Put, SequenceSource } from './engine/source.js'
export { describeTrack, newTrack, type Track } from './engine/tracks.js'
export { Writer } from './engine/writer.js'
export { recordOptionNames } from './options.js'

/**
 * Like `record`, with more sequences in the same file or ring. Each has its own encoder.
 *
 * @param encoders each is called once, before anything is written
 * @throws like `record`
 * @example
 * import { attempt, type EncoderTools, recordWith, type SequenceSource, Writer } from '@tsgotrace/record/encoders'
 * const noArguments = new Writer(0)
 * class Ticks implements SequenceSource<null> {
 * 	readonly sequence: EncoderTools['sequence']
 * 	readonly #tools: EncoderTools
 * 	readonly #index: number
 * 	constructor(tools: EncoderTools) {
 * 		this.#tools = tools
 * 		this.sequence = tools.sequence
 * 		this.#index = tools.memory.index()
 * 		tools.ledger.add(this.sequence.id, 'ticks:tick', this.#index)
 * 	}
 * 	tick(): void {
 * 		const { memory, room, ledger } = this.#tools
 * 		if (memory.hot.at >= memory.hot.limit) room.full()
 * 		attempt(room, ledger, this.#index, () => {
 * 			const category = this.sequence.names.category('ticks')
 * 			const name = this.sequence.names.event('tick')
 * 			this.sequence.define([category, name])
 * 			ledger.wrote(this.#index, this.sequence.trackEvent(3, category.iid, name.iid, undefined, noArguments))
 * 		})
 * 		if (memory.hot.limit === 0) room.full()
 * 	}
 * 	// An instant is never open, so nothing has to be repeated.
 * 	open = () => null
 * 	cut = () => () => {}
 * 	begin(): void {}
 * 	end(): void {}
 * 	lost(): void {}
 * }
 * let ticks!: Ticks
 * const recorder = recordWith({ to: 'out.perfetto-trace' }, [tools => (ticks = new Ticks(tools))])
 * ticks.tick()
 * recorder.stop()
 */
export function recordWith(options: RecordOptions, encoders: readonly EncoderFactory[]): Recorder {
	return new Recorder(options, { encoders })
}
