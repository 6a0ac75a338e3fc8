import type { Resolved, ResolvedEvent } from './imports.js'
import { quote, signatureFields } from './literal.js'
import { signatureOf } from './model.js'
import { rename, type TypeImports } from './typeimports.js'

/** What one //trace:import becomes: typed access to every event of the other trace package. */
export function emitImport(resolved: Resolved, types: TypeImports): string {
	const { name, path, specifier, hash, events } = resolved
	const title = `// traceimport: ${name === resolved.defaultName ? '' : `${name} `}${JSON.stringify(path)}\n`
	const blocks = events.map(event => (specifier === null ? emitByValue(name, event, types) : emitByType(name, event)))
	if (specifier === null) return `${title}\n${blocks.join('\n')}`
	return `${title}// run "tsgotrace gen" again if the next line does not compile: the events of ${JSON.stringify(path)} have changed
import type { _trace_exporthash_${hash} as _${name}_exporthash } from ${quote(specifier)}
import type * as _${name} from ${quote(specifier)}
export type _uses_${name} = _${name}_exporthash

${blocks.join('\n')}`
}

/**
 * Types come from the package's own trace types: nothing has to be resolved again, and types that it keeps to itself
 * work.
 */
function emitByType(name: string, event: ResolvedEvent): string {
	return emitBoth(
		name,
		event,
		`typeof _${name}.${event.name}_Event`,
		`Parameters<typeof _${name}.${event.name}_Attach>[1]`,
		'',
	)
}

/** The package does not export its trace types: the signature is repeated, with types from its public exports. */
function emitByValue(name: string, event: ResolvedEvent, types: TypeImports): string {
	const text = signatureOf(event)
	const signature = rename(text, event.uses, use =>
		types.localName(use.name, event.names.find(n => n.name === use.name)?.origin ?? null),
	)
	const type = `_${name}_${event.name}`
	const kind = event.async ? '_AsyncTraceEvent' : '_TraceEvent'
	const result = event.async ? 'void | PromiseLike<void>' : 'void'
	return emitBoth(name, event, `${kind}<Parameters<${type}>>`, type, `type ${type} = ${signature} => ${result}\n`)
}

function emitBoth(
	name: string,
	event: ResolvedEvent,
	descriptorType: string,
	probeType: string,
	declarations: string,
): string {
	const { id, hash } = event
	return `// ${event.async ? 'async ' : ''}${event.name}${signatureOf(event)}
${declarations}export const ${name}_${event.name}_Event: ${descriptorType} = /* @__PURE__ */ _imported({
	id: ${quote(id)}, ${signatureFields(event)}, hash: ${quote(hash)}, async: ${event.async === true},
})
export function ${name}_${event.name}_Attach(_group: _ProbeGroup | null, _probe: ${probeType}): _Probe {
	return _attach(_group, ${name}_${event.name}_Event, _probe)
}
`
}
