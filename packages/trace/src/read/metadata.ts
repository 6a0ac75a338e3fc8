import { plainText } from './args.js'
import type { TraceDeclaration, TraceItem } from './items.js'
import type { Numbering } from './numbering.js'
import { declarationKey, type Sequence } from './sequence.js'
import type { TraceArgs, TraceValue } from './values.js'

/** What our recorder says about itself: FORMAT.md, "Metadata". Null for what a later version may say. */
export function metadata(name: string, args: TraceArgs, time: number, sequence: Sequence, numbering: Numbering): TraceItem | null {
	switch (name) {
		case 'recording':
			sequence.ours = true
			recordingOf(sequence, args, numbering)
			sequence.stringLimit = number(args['stringLimit']) || Number.POSITIVE_INFINITY
			return {
				type: 'recording',
				time,
				sequence: sequence.number,
				segment: number(args['segment']),
				pid: number(args['pid']),
				thread: number(args['thread']),
				node: text(args['node']),
				mode: text(args['mode']),
				began: BigInt(number(args['began']) === 0 ? 0 : (args['began'] as bigint | number)),
			}
		case 'event':
			return declaration(args, time, sequence)
		case 'statistics':
			return {
				type: 'statistics',
				time,
				sequence: sequence.number,
				id: text(args['id']),
				signals: number(args['signals']),
				recorded: number(args['recorded']),
				sampledOut: number(args['sampledOut']),
				dropped: number(args['dropped']),
				bytes: number(args['bytes']),
			}
		case 'loss':
			// It tells more than the mark on the next packet does.
			sequence.dropped = false
			sequence.lossTold = true
			return {
				type: 'loss',
				time,
				sequence: sequence.number,
				events: number(args['events']),
				bytes: number(args['bytes']),
				reason: text(args['reason']),
			}
		case 'end':
			return { type: 'stop', time, sequence: sequence.number, reason: text(args['reason']) }
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
	const [id, as, category, name] = [text(args['id']), text(args['as']), text(args['category']), text(args['name'])]
	sequence.declared.set(declarationKey(as, category, name), id)
	return {
		type: 'declaration',
		time,
		sequence: sequence.number,
		id,
		params: text(args['params']),
		source: text(args['source']),
		hash: text(args['hash']),
		as: as === 'begin' || as === 'end' || as === 'counter' ? as : 'instant',
		category,
		name,
		sampling: optional(args['sampling']),
		redacted: optional(args['redacted']),
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
