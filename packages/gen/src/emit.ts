import { basename } from 'node:path'
import { docComment } from './doc.js'
import { emitImport } from './emitimport.js'
import { exported, exportedEvents, exportHash } from './exported.js'
import type { Resolved } from './imports.js'
import { quote, signatureFields } from './literal.js'
import type { NameUse, ParsedFile, Unit, UnitEvent } from './model.js'
import { fromOutput, importExtension, specifierOf, withModules } from './specifiers.js'
import { fresh, type ImportOrigin, type NeededName, rename, TypeImports } from './typeimports.js'
import { header } from './write.js'

/** How many probes have their own call site in a stub, which V8 can inline. A loop calls the rest. */
const callSites = 4

/**
 * Disable linters for the file. ESLint reports a disabling comment without effect, and its --fix removes it. Therefore
 * the file also sets a rule that it violates, so that the comment always has an effect.
 */
const linters = ['/* eslint-disable */', '/* eslint max-lines: ["warn", 9] */']

/** The text of a generated file. The same unit gives the same bytes on every machine. */
export function emit(unit: Unit, imports: readonly Resolved[]): string {
	const extension = importExtension(unit)
	const origin = (use: NameUse, source: ParsedFile): ImportOrigin | null => {
		const found = originOf(use, source, extension)
		return found && { ...found, module: fromOutput(found.module, unit) }
	}
	const needed: NeededName[] = [
		...unit.events.flatMap(e => e.decl.uses.map(use => ({ name: use.name, origin: origin(use, e.source) }))),
		...imports.flatMap(i => i.events.flatMap(e => e.names)),
	]
	const types = new TypeImports(needed, reservedNames(unit, imports))
	const local = (event: UnitEvent) => (use: NameUse) => types.localName(use.name, origin(use, event.source))
	const blocks = unit.events.map(e => emitEvent(e, withModules(rename(e.decl.signature, e.decl.uses, local(e)), unit)))
	if (!unit.test && unit.events.length > 0) blocks.push(emitExports(unit))
	for (const i of imports) blocks.push(emitImport(i, types))
	const body = blocks.join('\n')
	return [header, ...linters, ...guide(unit, imports), '', ...runtimeImports(body), ...types.lines(), '', body].join(
		'\n',
	)
}

function originOf(use: NameUse, source: ParsedFile, extension: string): ImportOrigin | null {
	const { binding } = use
	if (binding.kind === 'import')
		return { module: binding.module, attributes: binding.attributes, imported: binding.imported }
	if (binding.kind === 'local')
		return { module: specifierOf(source.path, extension), attributes: '', imported: binding.exported }
	return null
}

function emitEvent(event: UnitEvent, signature: string): string {
	const { name, params, async } = event.decl
	const type = `_${name}`
	const title = `// traceevent: ${async ? 'async ' : ''}${name}${event.decl.signature}   ${basename(event.source.path)}\n`
	const doc = docComment(event.decl.doc)
	const descriptor = `${doc}export const ${name}_Event: ${async ? '_AsyncTraceEvent' : '_TraceEvent'}<Parameters<${type}>> = /* @__PURE__ */ _event(${literalOf(event)})\n`
	const on = `export const ${name}_on: () => boolean = /* @__PURE__ */ ((_e) => () => _e.probes !== null)(${name}_Event)\n`
	const attach = (probe: string): string =>
		`${doc}export function ${name}_Attach(_group: _ProbeGroup | null, _probe: ${probe}): _Probe {\n\treturn _attach(_group, ${name}_Event, _probe)\n}\n`
	if (async) {
		return `${title}
type ${type} = ${signature} => Promise<void>
${descriptor}${docComment(pausableDoc(event))}export let ${name}: (${signature} => Promise<void>) | undefined = /* @__PURE__ */ _live(${name}_Event, (_stub) => { ${name} = _stub })
${on}${attach(`${signature} => void | PromiseLike<void>`)}`
	}
	// Parameters may have the names of our variables. Their types come from the type above, so the stub may rename them.
	const names = new Set(params.map(p => p.name))
	const inner = params.map(p => ({ rest: p.rest, name: privates.has(p.name) ? fresh(`${p.name}_`, names) : p.name }))
	const list = inner.map(p => (p.rest ? `...${p.name}` : p.name)).join(', ')
	// Without the types of the event: the types inferred for a call of a generic function are not always those that the
	// caller was checked with.
	const loose = inner.map(p => (p.rest ? `...${p.name}: readonly unknown[]` : `${p.name}: unknown`)).join(', ')
	const call = (fn: string, at: string): string =>
		`const ${fn} = _p[${at}]!.fn; try { ${fn}(${list}) } catch (_err) { _threw(_p[${at}]!, _err) }`
	const sites = Array.from(
		{ length: callSites },
		(_, k) => `\t\t${call(`_f${k}`, String(k))}${k < callSites - 1 ? ` if (_n === ${k + 1}) return` : ''}\n`,
	)
	return `${title}
type ${type} = ${signature} => void
${descriptor}${doc}export const ${name}: ${signature} => void = /* @__PURE__ */ ((_e) => {
	const _run = (${loose}): void => {
		const _p = _e.probes as unknown as readonly _ProbeOf<typeof _run>[], _n = _p.length
${sites.join('')}		for (let _i = ${callSites}; _i < _n; _i++) { ${call('_f', '_i')} }
	}
	return (${list}) => { if (_e.probes !== null) /* @__NOINLINE__ */ _run(${list}) }
})(${name}_Event)
${on}${attach(type)}`
}

/** What an editor shows where a pausable stub is used: its type alone does not say why it may be undefined. */
function pausableDoc({ decl }: UnitEvent): string {
	const how = `Pausable: \`if (${decl.name}) await ${decl.name}(…)\`. Undefined while no probe is attached.`
	return decl.doc === null ? how : `${decl.doc}\n\n${how}`
}

/** The unique key comes first: it gives each descriptor a separate hidden class. */
function literalOf(event: UnitEvent): string {
	const { id, async = false, hash, source, ...signature } = exported(event)
	return `{
	${quote(id)}: 1, probes: null, ${async ? 'live: null, ' : ''}id: ${quote(id)},
	${signatureFields(signature)}, hash: ${quote(hash)}, source: ${quote(source)}, async: ${async},
}`
}

/**
 * A name that changes with any event, so that a stale importer does not compile. Its type lists the events for tools.
 */
function emitExports(unit: Unit): string {
	const events = exportedEvents(unit)
	const lines = events.map(e => `\t| ${quote(JSON.stringify(e))}\n`)
	return `// trace export signature: what //trace:import ${JSON.stringify(unit.id)} gets\n\nexport type _trace_exporthash_${exportHash(events)} =\n${lines.join('')}`
}

function guide(unit: Unit, imports: readonly Resolved[]): string[] {
	const lines: string[] = []
	if (unit.events.some(e => !e.decl.async)) {
		lines.push('traceX(…)             emits the event; while no probe is attached, V8 optimises its one check away')
		lines.push('traceX_on()           whether a probe is attached: if (traceX_on()) traceX(expensive())')
	}
	if (unit.events.some(e => e.decl.async))
		lines.push('if (traceX) await traceX(…)   emits a pausable event (async) and waits for its probes')
	const x = unit.events.length > 0 ? 'traceX' : `${imports[0]?.name}_traceX`
	lines.push(
		`${x}_Attach(g, fn)  attaches a probe: setup(() => ${x}_Attach(null, fn)), with setup of @tsgotrace/runtime`,
	)
	lines.push(`${`${x}_Event`.padEnd(x.length + 14)}  the descriptor of the event, for recorders, tests and tools`)
	return ['//', ...lines.map(line => `//   ${line}`)]
}

const runtimeValues = { attach: '_attach', event: '_event', imported: '_imported', live: '_live', threw: '_threw' }
const runtimeTypes = {
	AsyncTraceEvent: '_AsyncTraceEvent',
	Probe: '_Probe',
	ProbeGroup: '_ProbeGroup',
	ProbeOf: '_ProbeOf',
	TraceEvent: '_TraceEvent',
}

/** Only what the file uses: compilers may be configured to reject unused imports. */
function runtimeImports(body: string): string[] {
	const used = (names: Record<string, string>): string[] =>
		Object.entries(names)
			.filter(([, local]) => new RegExp(`(?<![\\w$])${local}[(<\\s,>)]`).test(body))
			.map(([name, local]) => `${name} as ${local}`)
	const values = used(runtimeValues)
	const types = used(runtimeTypes)
	const lines: string[] = []
	if (values.length > 0) lines.push(`import { ${values.join(', ')} } from '@tsgotrace/runtime/gen1'`)
	if (types.length > 0) lines.push(`import type { ${types.join(', ')} } from '@tsgotrace/runtime/gen1'`)
	return lines
}

/** Names that types must not be imported under. */
function reservedNames(unit: Unit, imports: readonly Resolved[]): Set<string> {
	const own = unit.events.flatMap(({ decl }) => [
		decl.name,
		`_${decl.name}`,
		`${decl.name}_Event`,
		`${decl.name}_on`,
		`${decl.name}_Attach`,
		...decl.bound,
	])
	const imported = imports.flatMap(i => [
		`_${i.name}`,
		`_${i.name}_exporthash`,
		`_uses_${i.name}`,
		...i.events.map(e => `_${i.name}_${e.name}`),
	])
	return new Set([
		...own,
		...imported,
		...Object.values(runtimeValues),
		...Object.values(runtimeTypes),
		...privates,
		'Parameters',
		'Promise',
		'PromiseLike',
	])
}

/** Variables of the generated code. */
const privates: ReadonlySet<string> = new Set([
	'_e',
	'_run',
	'_p',
	'_n',
	'_err',
	'_f',
	'_f0',
	'_f1',
	'_f2',
	'_f3',
	'_i',
	'_group',
	'_probe',
	'_stub',
	'_threw',
])
