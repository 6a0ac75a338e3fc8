// Every message of the generator: its code, its text and its hint.
import type { Message } from './diagnostic.js'
import type { FormerImport } from './formerimports.js'
import type { KnownName } from './model.js'

const error = (code: string, message: string, hint: string): Message => ({ code, severity: 'error', message, hint })
const warning = (code: string, message: string, hint: string): Message => ({ code, severity: 'warning', message, hint })

const didYouMean = (near: string | undefined): string => (near === undefined ? '' : `did you mean '${near}'?`)

/** What an unknown name may have been meant to be. */
interface Suggestions {
	/** A name of the file. */
	readonly near: KnownName | undefined
	/** A type of the language or of its library. */
	readonly builtin: string | undefined
	/** What it was when the file was generated. */
	readonly former: FormerImport | undefined
}

/** How many type arguments a type takes. */
interface TypeArguments {
	readonly least: number
	readonly most: number
	/** It with those that it needs, and with all that it can have. */
	readonly required: string
	readonly all: string
}

function unknownNameHint(name: string, file: string, { near, builtin, former }: Suggestions): string {
	if (former !== undefined)
		return `it used to be imported from '${former.module}'; write ${former.instead}, which no tool removes as unused`
	if (near !== undefined)
		return `did you mean '${near.name}'${near.module === null ? '' : ` (imported from '${near.module}')`}?`
	if (name === 'this') return outsideClass
	const imported = `import it in ${file}, or write import('module').${name}`
	return builtin === undefined ? imported : `did you mean '${builtin}'? Otherwise ${imported}`
}

const outsideClass = 'write the name of the class: a directive can only use names of the top level of its file'

function refusedHint(code: number, name: string): string {
	if (code === 2502) return 'the name after typeof is the parameter itself: rename the parameter'
	if (code === 2526) return outsideClass
	if (code === 2314 || code === 2707) return 'give it as many type arguments as it takes'
	if (code === 2315) return 'remove the type arguments'
	if (code === 1335) return 'write symbol, or typeof and the name of the constant'
	if (code === 1214 || code === 1215 || code === 1262 || code === 1359)
		return `rename it, for instance to ${name}_: generated files are modules`
	return 'write a signature that is valid in a function type: type Probe = (…) => void'
}

/** The catalogue of messages. Tests take the expected texts from it. */
export const messages = {
	unknownDirective: (word: string, near: string | undefined): Message =>
		error(
			'T0001',
			word === '' ? 'a trace directive needs a word after //trace:' : `unknown trace directive //trace:${word}`,
			didYouMean(near && `//trace:${near}`) || 'the directives are //trace:event and //trace:import',
		),
	noSpace: (word: string): Message =>
		error(
			'T0001',
			`a space must follow //trace:${word}`,
			word === 'event' ? 'write //trace:event traceName(…)' : 'write //trace:import "package"',
		),
	nearMiss: (why: string): Message =>
		warning(
			'T0002',
			`looks like a trace directive, but ${why}, so it is ignored`,
			'write //trace:event … or //trace:import … as a line comment on a line of its own',
		),
	lostMiss: (message: string, hint: string, name: string): Message =>
		error(
			'T0002',
			message.replace(
				/so it is ignored$/,
				`and '${name}' is still imported: the generated files of this directory are not changed`,
			),
			`${hint}; or remove the imports`,
		),
	unsupportedFile: (kind: string): Message =>
		warning(
			'T0004',
			`directives in ${kind} files are not supported, so this one is ignored`,
			'move the directive to a TypeScript file and import the trace function from its ztrace file',
		),
	syntaxError: (text: string, line: number): Message =>
		error(
			'T0005',
			`syntax error: ${text}. It hides the directive in line ${line}`,
			'fix the syntax: until then, the generated files of this directory are not changed',
		),
	unreadableDirectory: (why: string): Message =>
		warning(
			'T0006',
			`this directory cannot be read (${why}), so it is not searched`,
			'if it has no sources, let git ignore it',
		),
	unreadableFile: (why: string): Message =>
		error('T0006', `this file cannot be read (${why})`, 'the generated files of its directory are not changed'),
	link: (target: string): Message =>
		warning(
			'T0007',
			`this is a symbolic link to ${target}; links are not followed`,
			`run it on the target: tsgotrace gen ${target}`,
		),
	fileTooDeep: (): Message =>
		error(
			'T0008',
			"this file is nested too deeply for TypeScript's parser, so its directives cannot be read",
			'move the directives to another file',
		),
	/** @param hint for the wrong part, if it is known */
	notFunctionLike: (detail: string, hint: string | null = null): Message =>
		error(
			'T0010',
			`a trace event must look like a function: ${detail}`,
			hint ?? 'write //trace:event traceName(arg: Type, …)',
		),
	badPrefix: (name: string): Message => {
		const rest = name.replace(/^_*(trace)?_*/i, '')
		const message =
			name === 'trace'
				? 'a trace event needs a name after "trace"'
				: `the name of a trace event must start with "trace", got "${name}"`
		const hint =
			rest === ''
				? 'say what happens: traceOpened, traceSent'
				: `rename it to "trace${rest.slice(0, 1).toUpperCase()}${rest.slice(1)}"`
		return error('T0011', message, hint)
	},
	hasResult: (text: string): Message =>
		error('T0012', `a trace event has no return type, got ": ${text}"`, `remove ": ${text}"`),
	hasDefault: (name: string, type: string): Message =>
		error(
			'T0013',
			`the parameter '${name}' of a trace event has a default value`,
			`make it optional: ${name}?: ${type}`,
		),
	destructured: (): Message =>
		error(
			'T0014',
			'a parameter of a trace event must not be a destructuring pattern',
			'give the parameter a name and a type',
		),
	thisParameter: (): Message =>
		error('T0015', "a trace event cannot have a 'this' parameter", 'pass the object as an ordinary parameter'),
	untyped: (name: string, text: string): Message =>
		error(
			'T0016',
			`the parameter '${name}' of a trace event has no type`,
			`write ${text}: ${text.startsWith('...') ? 'Type[]' : 'Type'}`,
		),
	refusedType: (code: number, text: string, name: string): Message =>
		error(
			'T0017',
			`TypeScript rejects this signature: ${text.replace(/^Identifier expected\. |\.$/g, '')} (TS${code})`,
			refusedHint(code, name),
		),
	reservedType: (name: string): Message =>
		error('T0017', `'${name}' is a reserved word and cannot be a type`, 'write the name of a type'),
	tooDeep: (): Message =>
		error(
			'T0017',
			'the types of this signature are nested too deeply',
			'declare a part of them as a type: type Part = …',
		),
	unknownName: (name: string, file: string, known: Suggestions): Message =>
		error('T0020', `cannot find name '${name}' in the scope of ${file}`, unknownNameHint(name, file, known)),
	wrongKind: (name: string, meaning: 'type' | 'value', qualified: boolean): Message =>
		meaning === 'value'
			? error('T0020', `'${name}' is a type, but typeof needs a value`, `write ${name} without typeof`)
			: qualified
				? error(
						'T0020',
						`'${name}' is not a namespace`,
						`write a type of it as ${name}['member'], or typeof ${name}.member`,
					)
				: error('T0020', `'${name}' is a value, but a type is needed here`, `write typeof ${name}`),
	namespaceAsType: (name: string): Message =>
		error('T0020', `'${name}' is a namespace, but a type is needed here`, `write a type of it: ${name}.Type`),
	namespaceAsValue: (name: string): Message =>
		error('T0020', `'${name}' has no values, but typeof needs one`, `write a type of it: ${name}.Type`),
	noMember: (name: string, member: string, near: string | undefined): Message =>
		error(
			'T0020',
			`'${name}' exports nothing called '${member}'`,
			didYouMean(near && `${name}.${near}`) || 'correct the name, or export it there',
		),
	ofSurroundings: (name: string, place: string, event: string, declarations: string): Message =>
		error(
			'T0020',
			`'${name}' is a type parameter of the ${place} around the directive and not visible in the generated file`,
			`declare it in the directive: ${event}<${declarations}>(…)`,
		),
	localType: (name: string, file: string): Message =>
		error(
			'T0020',
			`'${name}' is declared inside a function or namespace, so the generated file cannot name it`,
			`declare it at the top level of ${file}`,
		),
	localValue: (name: string): Message =>
		error(
			'T0020',
			`'${name}' is a variable inside a function or namespace, so the generated file cannot name it`,
			`write its type instead of typeof ${name}`,
		),
	notExported: (name: string, hint: string): Message =>
		error('T0021', `'${name}' is not exported, so the generated file cannot name it`, hint),
	typeArguments: (name: string, given: number, { least, most, required, all }: TypeArguments): Message => {
		if (most === 0) return error('T0022', `'${name}' is not generic, but has type arguments here`, `write ${name}`)
		const range = least === most ? most : least === 0 ? `at most ${most}` : `${least} to ${most}`
		return error(
			'T0022',
			`'${all}' takes ${range} type argument${most === 1 ? '' : 's'}, but has ${given === 0 ? 'none' : given} here`,
			given < least
				? `write the type arguments: ${required}`
				: `remove the last${given - most === 1 ? '' : ` ${given - most}`}: ${all}`,
		)
	},
	duplicateEvent: (name: string, variant: boolean): Message =>
		variant
			? error(
					'T0030',
					`event '${name}' has a different signature in the file for another platform`,
					'give both the same types, or rename one of them',
				)
			: error('T0030', `event '${name}' is declared twice in this directory`, 'rename one of them'),
	partClash: (name: string, owner: string): Message =>
		error('T0030', `the name of event '${name}' is also generated for event '${owner}'`, 'rename one of them'),
	duplicateId: (id: string, dir: string, other: string): Message =>
		error(
			'T0031',
			`${dir} and ${other} would both be the trace package '${id}'`,
			'move the directives of one directory to the other',
		),
	noPackage: (): Message =>
		error(
			'T0032',
			'no package.json with a name above this file, so its events have no id',
			'run npm init, or add a "name" to the package.json',
		),
	badPackageJson: (what: string): Message =>
		error('T0033', `this package.json ${what}`, 'fix it: until then, nothing is generated for its package'),
	badTsconfig: (what: string): Message =>
		warning(
			'T0034',
			`this tsconfig cannot be read completely: ${what.replace(/\.$/, '')}`,
			'the rest of it is used; if a package is not installed, run npm install',
		),
	nothingToImport: (path: string, place: string, why: string): Message =>
		error('T0040', `'${path}' has no trace events to import: ${why}`, `list its events with: tsgotrace list ${place}`),
	packageNotFound: (path: string, hint: string): Message => error('T0041', `cannot find '${path}'`, hint),
	typeNotPublic: (name: string, event: string, pkg: string): Message => {
		const ztrace = `${event.slice(pkg.length, event.lastIndexOf(':'))}/ztrace`
		return error(
			'T0042',
			`the type '${name}' of event ${event} is not exported by '${pkg}'`,
			`'${pkg}' should export its trace types: ".${ztrace}": { "types": "./dist${ztrace}.d.ts" } in "exports" of its package.json`,
		)
	},
	duplicateImport: (what: string): Message =>
		error(
			'T0043',
			`${what} is imported twice in this directory`,
			'remove one of them, or give one another name: //trace:import name "path"',
		),
	badImport: (text: string): Message =>
		error(
			'T0044',
			`malformed trace import ${text === '' ? '(empty)' : text}`,
			'write //trace:import "package" or //trace:import name "package"',
		),
	refused: (why: string): Message => error('T0050', `not overwriting this file: ${why}`, 'move it away, or rename it'),
	stillUsed: (movedTo: string | null): Message =>
		error(
			'T0052',
			'this generated file has no directives any more, but it is still imported, so it is kept',
			movedTo === null
				? 'remove the imports, or restore the directives'
				: `import ${movedTo}: package.json moves it there`,
		),
	leftOver: (): Message =>
		warning(
			'T0053',
			'this file was generated, but package.json now excludes its directory, so it is neither updated nor removed',
			'remove it, or change "exclude" in "tsgotrace" of package.json',
		),
	testClash: (name: string): Message =>
		error(
			'T0051',
			`event '${name}' of a test file is also declared by a source file of this directory`,
			'rename one of them',
		),
	bareAwait: (name: string, optionalCall: boolean): Message =>
		error(
			'T0060',
			optionalCall
				? `await ${name}?.(…) of a pausable event yields even while no probe is attached, which changes the order of the traced code`
				: `await ${name}(…) of a pausable event fails while no probe is attached, because ${name} is then undefined`,
			`write: if (${name}) await ${name}(…)`,
		),
	notAwaited: (name: string): Message =>
		error(
			'T0061',
			`${name}(…) of a pausable event is not awaited: the task continues while the probes wait, so they pause nothing`,
			`write: if (${name}) await ${name}(…) in an async function, void ${name}?.(…) if that is intended, or declare the event without async`,
		),
}
