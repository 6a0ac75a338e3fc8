import type { Metadata, MetadataName } from '../format/metadata.js'
import { plainText } from './args.js'
import type { TraceDeclaration, TraceItem } from './items.js'
import type { Numbering } from './numbering.js'
import { declarationKey, type Sequence } from './sequence.js'
import type { TraceArgs, TraceValue } from './values.js'

/** The annotations that a recorder writes, as they are read: another version may lack some or use other types. */
type Fields<Name extends MetadataName> = { readonly [Key in keyof Metadata[Name]]?: TraceValue }

/** Records of our recorder about itself: FORMAT.md, "Metadata". Null for records that only a later version knows. */
export function metadata(
	name: string,
	args: TraceArgs,
	time: number,
	sequence: Sequence,
	numbering: Numbering,
): TraceItem | null {
	switch (name as MetadataName) {
		case 'recording': {
			const of = args as Fields<'recording'>
			sequence.ours = true
			recordingOf(sequence, args, numbering)
			sequence.stringLimit = number(of.stringLimit) || Number.POSITIVE_INFINITY
			return {
				type: 'recording',
				time,
				sequence: sequence.number,
				segment: number(of.segment),
				pid: number(of.pid),
				thread: number(of.thread),
				node: text(of.node),
				mode: text(of.mode),
				began: BigInt(number(of.began) === 0 ? 0 : (of.began as bigint | number)),
			}
		}
		case 'event':
			return declaration(args, time, sequence)
		case 'statistics': {
			const of = args as Fields<'statistics'>
			return {
				type: 'statistics',
				time,
				sequence: sequence.number,
				id: text(of.id),
				signals: number(of.signals),
				recorded: number(of.recorded),
				sampledOut: number(of.sampledOut),
				dropped: number(of.dropped),
				bytes: number(of.bytes),
			}
		}
		case 'loss': {
			const of = args as Fields<'loss'>
			// It has more information than the mark on the next packet.
			sequence.dropped = false
			sequence.lossReported = true
			return {
				type: 'loss',
				time,
				sequence: sequence.number,
				events: number(of.events),
				bytes: number(of.bytes),
				reason: text(of.reason),
			}
		}
		case 'cost': {
			const of = args as Fields<'cost'>
			return {
				type: 'cost',
				time,
				sequence: sequence.number,
				events: number(of.events),
				timed: number(of.timed),
				encoding: number(of.encoding),
				writing: number(of.writing),
			}
		}
		case 'end': {
			const of = args as Fields<'end'>
			return { type: 'stop', time, sequence: sequence.number, reason: text(of.reason) }
		}
		default:
			return null
	}
}

function recordingOf(sequence: Sequence, args: TraceArgs, numbering: Numbering): void {
	const recording = ['pid', 'thread', 'began'].map(name => text(args[name])).join(' ')
	if (sequence.recording !== '' && sequence.recording !== recording) sequence.declared.clear()
	sequence.recording = recording
	sequence.number = numbering.of(sequence.id, recording)
}

function declaration(args: TraceArgs, time: number, sequence: Sequence): TraceDeclaration {
	const of = args as Fields<'event'>
	const [id, as, category, name] = [text(of.id), text(of.as), text(of.category), text(of.name)]
	sequence.declared.set(declarationKey(as, category, name), id)
	sequence.slices.set(id, name)
	return {
		type: 'declaration',
		time,
		sequence: sequence.number,
		id,
		params: text(of.params),
		source: text(of.source),
		hash: text(of.hash),
		as: as === 'begin' || as === 'end' || as === 'counter' || as === 'slice' || as === 'sample' ? as : 'instant',
		category,
		name,
		sampling: optional(of.sampling),
		redacted: optional(of.redacted),
	}
}

function number(value: TraceValue): number {
	return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0
}

function text(value: TraceValue): string {
	return value === undefined ? '' : plainText(value)
}

function optional(value: TraceValue): string | null {
	return value === undefined ? null : plainText(value)
}
