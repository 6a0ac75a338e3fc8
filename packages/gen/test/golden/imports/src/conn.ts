import { EventEmitter } from 'node:events'
import type { Readable as Input } from 'node:stream'
import * as path from 'node:path'
import * as codes from './lib/codes.js'
import Channel, { Msg, type Opts as Options } from './lib/msg.js'
import type * as all from './lib/msg.js'
import type { Reply } from './lib/msg.js'
import { traceChannel, traceMessages, traceNamespaces, traceNode, traceTypes } from './ztrace.js'

//trace:event traceMessages(m: Msg, list: readonly Msg[], o: Options, r: Reply)
//trace:event traceChannel(c: Channel)
//trace:event traceNamespaces(c: codes.Code, ok: typeof codes.ok, m: all.Msg)
//trace:event traceNode(e: EventEmitter, i: Input, p: path.ParsedPath)
//trace:event traceTypes(m: Pick<Options, 'retry'>)

export function use(input: Input): void {
	const options: Options = {}
	const reply: Reply = ''
	traceMessages(new Msg(), [], options, reply)
	traceChannel(new Channel())
	const message: all.Msg = new Msg()
	traceNamespaces(codes.ok, codes.ok, message)
	traceNode(new EventEmitter(), input, path.parse('/'))
	traceTypes({})
}
