// What the stages of the pipeline pass to each other. Plain data, because the models of files are cached as JSON.
import type { Diagnostic, LocatedMessage, Message, TextEdit } from './diagnostic.js'

/** Offsets into the text of a file (after a byte order mark). */
export interface TextRange {
	readonly start: number
	readonly end: number
}

/** Where a name in an event's signature comes from. */
export type Binding =
	| { readonly kind: 'global' }
	/**
	 * An import of the file: `imported` is the exported name, `default`, `*` for a namespace or `=` for
	 * `import x = require()`.
	 */
	| { readonly kind: 'import'; readonly module: string; readonly attributes: string; readonly imported: string }
	/** An exported declaration of the file. */
	| { readonly kind: 'local'; readonly exported: string }
	/** Not found in the file: a global of the program, or an error. */
	| { readonly kind: 'unknown'; readonly meaning: 'type' | 'value'; readonly qualified: boolean }

/** What a signature takes a name for. Offsets are relative to the signature. */
export interface Reference {
	readonly meaning: 'type' | 'value'
	/** The names after the first: `B` and `C` of `A.B.C<D>`. */
	readonly members: readonly string[]
	/** How many type arguments there are. */
	readonly args: number
	/** Where the last of the names ends. */
	readonly namesEnd: number
	/** Where all of it ends, with the type arguments. */
	readonly end: number
}

/** One occurrence of a name that the signature takes from its surroundings. Offsets are relative to the signature. */
export interface NameUse extends TextRange {
	readonly name: string
	readonly binding: Binding
	/** Null for a name in an expression, such as `[key]`. */
	readonly reference: Reference | null
	/** What is wrong with it, as far as its own file tells: another one may add to what this one declares. */
	readonly doubt?: Message
}

/** `import('module').Name` in a signature. Offsets are relative to it. */
export interface InlineImport extends TextRange {
	readonly module: string
	/** All names are members. */
	readonly reference: Reference
}

/** One parameter of an event. Offsets are relative to the signature. */
export interface Param extends TextRange {
	readonly name: string
	readonly nameStart: number
	readonly rest: boolean
}

/** One `//trace:event` directive. */
export interface EventDecl {
	readonly name: string
	readonly async: boolean
	/** From the type parameters or the opening parenthesis to the closing parenthesis, as written. */
	readonly signature: string
	/** How much of the signature are type parameters. */
	readonly genericsEnd: number
	/** The names of the type parameters of the signature, at any depth: names that an alias must not take. */
	readonly bound: readonly string[]
	readonly params: readonly Param[]
	readonly uses: readonly NameUse[]
	readonly inlineImports: readonly InlineImport[]
	/** Whether problems of it are known: it is only checked for more. */
	readonly wrong?: boolean
	readonly hash: string
	/** The text of the JSDoc comment directly above the directive; null if there is none. */
	readonly doc: string | null
	/** Of the name, in the file. */
	readonly span: TextRange
	/** Of the signature, in the file. */
	readonly signatureStart: number
	/** 1-based. */
	readonly line: number
}

/** One `//trace:import` directive. */
export interface ImportDecl {
	readonly name: string | null
	readonly path: string
	/** Of the path without its quotes. */
	readonly span: TextRange
	/** Of the whole text after `//trace:import`. */
	readonly textSpan: TextRange
	readonly line: number
}

/** A call of a function imported from a ztrace file: an unguarded `await` of it, or a call that is not awaited. */
export interface BareAwait {
	readonly awaited: boolean
	/** Its name in the ztrace file, and in this file. */
	readonly name: string
	readonly local: string
	/** The specifier of the import. */
	readonly module: string
	/** Whether the call is `traceX?.(…)`. */
	readonly optional: boolean
	/** Of the await expression, or of the call. */
	readonly span: TextRange
	/** The fix that adds the guard or the await; null if it must be written by hand. */
	readonly fix: TextEdit | null
}

/**
 * A string that names a ztrace module: an import, or another way to load it. The span is that of the string with its
 * quotes.
 */
export interface ZtraceUse extends TextRange {
	readonly module: string
	/** The exported names that it uses; null if it may use any. */
	readonly names: readonly string[] | null
}

/** A declaration that is not exported but that a directive names, and the possible fixes. */
export interface HiddenName {
	readonly name: string
	/** Whether the file has `export =`, which does not allow other exports. */
	readonly exportEquals: boolean
	/** The fix that exports it; null if that is not possible. */
	readonly exported: TextEdit | null
	/** The fix that inlines the type into the directive; null if it is not simple enough. */
	readonly inline: TextEdit | null
	/** Whether its type is inferred and not written out. */
	readonly inferred: boolean
}

/** A name that a file has, and the module that it imports it from. */
export interface KnownName {
	readonly name: string
	readonly module: string | null
}

/** What showed that a file uses the names of other modules rightly. */
export interface NameCheck {
	/** The names that were looked for. */
	readonly names: readonly string[]
	/** The files that they were looked for in, with the hash of the lines that matter. */
	readonly files: readonly (Rest & { readonly lines: string })[]
}

/** A file, and its state. */
interface Rest {
	readonly path: string
	readonly stamp: string
}

/**
 * Everything that is read out of one source file. Depends only on its text, its name and the version of the generator.
 */
export interface FileModel {
	readonly events: readonly EventDecl[]
	readonly imports: readonly ImportDecl[]
	readonly awaits: readonly BareAwait[]
	readonly uses: readonly ZtraceUse[]
	readonly problems: readonly LocatedMessage[]
	/** How the file imports a ztrace file: `.js`, `.ts`, none, or null if it does not. */
	readonly ztraceExtension: string | null
	/** How the file imports other relative modules. */
	readonly relativeExtension: string | null
	/**
	 * The files that declare the globals of the project that its events use: the model is valid as long as they are
	 * unchanged.
	 */
	readonly rests?: readonly Rest[]
	/** Names that the file declares or imports, for suggestions. Only if a name was not resolved. */
	readonly names: readonly KnownName[]
}

/** A source file with directives, or with awaits of pausable events. */
export interface ParsedFile {
	readonly path: string
	readonly text: string
	readonly model: FileModel
}

/** One npm package that sources belong to. */
export interface NpmPackage {
	readonly name: string
	readonly root: string
	/** Directory of sources within the package that ids omit, such as `src`; empty if none. */
	readonly sourceRoot: string
	/** Absolute directories that the compiler writes to. */
	readonly outDirs: readonly string[]
	/** The error in its tsconfig. */
	readonly problem: Diagnostic | null
	readonly isTest: (relativePath: string) => boolean
	/** Null if nothing is excluded. */
	readonly isExcluded: ((relativePath: string) => boolean) | null
	/**
	 * Where the generated files of a directory go: to the directory itself, unless package.json says otherwise. Absolute.
	 */
	readonly outputDir: (dir: string) => string
	/** The directory whose generated files go to `outputDir`. */
	readonly homeOf: (outputDir: string) => string
	/** The extension of relative imports, if no import of the directory shows it. */
	readonly extension: string
}

/** The sources of one generated file: those of a directory with the same kind (test or not) and extension. */
export interface Unit {
	readonly dir: string
	readonly pkg: NpmPackage
	/** Id of the trace package. */
	readonly id: string
	readonly test: boolean
	/** `ts`, `mts` or `cts`. */
	readonly extension: string
	/** Path of the generated file. */
	readonly output: string
	readonly sources: readonly ParsedFile[]
	readonly events: readonly UnitEvent[]
	readonly imports: readonly UnitImport[]
}

/** An event and where it is declared. */
export interface UnitEvent {
	readonly decl: EventDecl
	readonly source: ParsedFile
	readonly id: string
	/** The file that declares it, such as `src/hello.ts`, relative to the npm package. */
	readonly where: string
}

/** An import and where it is declared. */
export interface UnitImport {
	readonly decl: ImportDecl
	readonly source: ParsedFile
}

/** An event as importers and `list` see it. Generated files contain it as JSON. */
export interface ExportedEvent {
	readonly id: string
	readonly async?: boolean
	readonly generics?: string
	readonly params: readonly string[]
	readonly hash: string
	/**
	 * The file that declares it, relative to the npm package. Without a line, because generated text must not change when
	 * lines move.
	 */
	readonly source: string
}

/** An event with its doc comment, which is not part of what importers depend on. */
export interface DocumentedEvent extends ExportedEvent {
	readonly doc: string | null
}

/** `(who: string)`, preceded by type parameters if there are any, for display. */
export function signatureOf(event: ExportedEvent): string {
	return `${event.generics ?? ''}(${event.params.join(', ')})`
}

/** `traceHello` of `hello/net:traceHello`. */
export function nameOf(event: { readonly id: string }): string {
	return event.id.slice(event.id.lastIndexOf(':') + 1)
}
