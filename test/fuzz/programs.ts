// Random TypeScript and TSX programs with texts of directives in and out of comments.
import fc from 'fast-check'

/** A program, and the name of the file that it would be in. */
export interface Program {
	readonly path: string
	readonly text: string
}

/**
 * Words in capitals are rules, other words are tokens. Trivia may be put between any two words; after `~` only trivia
 * without line terminators. The first alternative of a rule ends its recursion.
 */
const grammar: Readonly<Record<string, readonly string[]>> = {
	STMT: [
		';',
		'const ID = EXPR ;',
		'let ID : TYPE = EXPR , ID ;',
		'( EXPR ) ;',
		'if ( EXPR ) BLOCK else BLOCK',
		'if ( EXPR ) ; else if ( EXPR ) throw ~ EXPR ; else BLOCK',
		'for ( const ID of EXPR ) BLOCK',
		'for ( let ID = 0 ; ID < EXPR ; ID ~ ++ ) BLOCK',
		'while ( EXPR ) BLOCK',
		'do BLOCK while ( EXPR )',
		'switch ( EXPR ) { case EXPR : STMT break ; case EXPR : default : STMT }',
		'try BLOCK catch ( ID ) BLOCK finally BLOCK',
		'function ID < TPARAM , TPARAM > ( PARAM , PARAM ) : TYPE { return EXPR ; }',
		'function ID ( ) { return }',
		'function * ID ( ) { yield EXPR ; }',
		'async ~ function ID ( ) { await EXPR ; throw ~ EXPR ; }',
		'ID : while ( EXPR ) { break ~ ; }',
		'class ID extends ID < TYPE > implements ID , ID { MEMBER MEMBER }',
		'DECORATOR DECORATOR class ID { DECORATOR ID = EXPR ; DECORATOR async ~ ID ( PARAM ) BLOCK }',
		'abstract ~ class ID { abstract ID ( PARAM ) : TYPE ; protected abstract readonly ID : TYPE }',
		'enum ID { ID = 1 , ID = STRING , ID , }',
		'declare ~ const enum ID { ID }',
		'interface ~ ID < TYPEPARAM > extends ID { ID ? : TYPE ; ( PARAM ) : TYPE ; [ ID : string ] : TYPE , readonly ID : TYPE ; new ( ) : TYPE }',
		'type ~ ID < TYPEPARAM > = TYPE ;',
		'function ID ( ID : TYPE ) : asserts ~ ID ~ is TYPE ; function ID ( ID : TYPE ) : ID ~ is TYPE { }',
	],
	/** At the top of a module only. */
	TOP: [
		'STMT',
		'STMT',
		'STMT',
		'DECORATOR DECORATOR export class ID extends ID { MEMBER }',
		'export default EXPR ;',
		'export namespace ~ ID . ID { STMT export const ID = EXPR ; }',
		'declare ~ module ~ STRING { export const ID : TYPE ; }',
		'declare ~ global { var ID : TYPE ; }',
		'import ID , { ID , type ID as ID } from STRING ;',
		'import type * as ID from STRING ~ with { type : STRING } ;',
		'import ID = ID . ID ;',
		'export { ID as ID , } from STRING ;',
		'export type { ID } ;',
	],
	BLOCK: ['{ }', '{ STMT }', '{ STMT STMT }'],
	MEMBER: [
		'ID ;',
		'ID : TYPE = EXPR ;',
		'static readonly ID = EXPR ;',
		'get ~ ID ( ) : TYPE { return EXPR ; }',
		'constructor ( private readonly ID : TYPE , public ID ? : TYPE ) { }',
		'static { STMT }',
		'async ~ * [ EXPR ] ( ) { }',
		'ID ( PARAM , ... ID : TYPE ) : TYPE BLOCK',
		'declare ~ ID : TYPE ;',
		'override ID ( this : TYPE ) { STMT }',
		'#ID = EXPR ;',
	],
	DECORATOR: ['@ ID', '@ ID ( EXPR )', '@ ( EXPR )', '@ ID . ID ( { ID : EXPR } )'],
	PARAM: ['ID : TYPE', 'ID = EXPR', '{ ID , ID : ID = EXPR , ... ID } : TYPE', '[ ID , , ... ID ] : TYPE'],
	TYPEPARAM: ['ID', 'ID extends TYPE = TYPE', 'in out ID'],
	TPARAM: ['ID', 'ID extends TYPE = TYPE', 'const ID'],
	TYPE: [
		'string',
		'ID',
		'( TYPE | TYPE )',
		'( | TYPE & TYPE )',
		'( ( ID : TYPE , ID ? : TYPE ) => TYPE )',
		'( new < ID > ( ... ID : TYPE ) => TYPE )',
		'{ ID : TYPE ; readonly [ ID : string ] : TYPE ; new ( ID : TYPE ) : TYPE }',
		'[ TYPE , TYPE ~ ? , ... TYPE ]',
		'[ ID : TYPE , ID ? : TYPE , ... ID : TYPE ]',
		'( TYPE ) ~ [ ]',
		'ID ~ [ STRING ]',
		'keyof typeof ID',
		'( ID ~ extends infer ID ? TYPE : TYPE )',
		'{ readonly [ ID in keyof ID as TYPE ] - ? : TYPE }',
		'import ( STRING ) . ID ~ < TYPE >',
		'STRING',
		'TEMPLATETYPE',
		'- 1',
	],
	TEMPLATETYPE: ['TEXT', 'HEAD TYPE TAIL'],
	EXPR: [
		'ID',
		'1',
		'STRING',
		'REGEX',
		'TEMPLATE',
		'( EXPR + EXPR )',
		'( ID / EXPR / ID )',
		'( EXPR ) / 2 / EXPR',
		'[ EXPR , , ... EXPR ]',
		'( { ID : EXPR , [ EXPR ] : EXPR , ID , ... EXPR , STRING : EXPR , ID ( PARAM ) { } , get ID ( ) { return EXPR } } )',
		'( ( PARAM , PARAM ) : TYPE ~ => EXPR )',
		'( async ~ ( PARAM ) ~ => BLOCK )',
		'( ID ~ => { STMT } )',
		'( < TPARAM , > ( PARAM ) ~ => EXPR )',
		'ID ( EXPR , EXPR , )',
		'ID ?. ID ?. [ EXPR ] ?. ( EXPR )',
		'new ID < TYPE > ( EXPR )',
		'ID < TYPE , TYPE > ( EXPR )',
		'( EXPR ~ as TYPE )',
		'( EXPR ~ satisfies TYPE )',
		'( ID ~ ! )',
		'( EXPR ? EXPR : EXPR )',
		'( typeof ! EXPR )',
		'( class extends EXPR { MEMBER } )',
		'( function ( ) BLOCK )',
		'ID TEMPLATE',
		'import ( EXPR )',
		'( ID ~ ++ )',
		'( EXPR , EXPR )',
		'( ID = EXPR )',
		'MARKUP',
	],
	TEMPLATE: ['TEXT', 'HEAD EXPR TAIL', 'HEAD EXPR MIDDLE EXPR TAIL'],
}

/** The replacement for MARKUP in .tsx files, and in the others. */
const jsx: typeof grammar = {
	MARKUP: ['JSX'],
	JSX: [
		'<a />',
		'< a ATTR ATTR />',
		'<a ATTR > CHILD </a>',
		'<a ATTR ATTR > CHILD CHILD CHILD </ a >',
		'<> CHILD CHILD </>',
		'< A . B < TYPE > ATTR > CHILD </ A . B >',
	],
	ATTR: [
		'ID',
		'ID = ATTRSTRING',
		'ID = { EXPR }',
		'{ ... EXPR }',
		'a : b = { EXPR }',
		'data-x = ATTRSTRING',
		'ID = JSX',
	],
	CHILD: ['CHILDTEXT', '{ EXPR }', '{ }', 'JSX', '{ ... EXPR }'],
}
const casts: typeof grammar = { MARKUP: ['( < TYPE > EXPR )', '( < const > EXPR )'] }
const neither: typeof grammar = { MARKUP: ['null'] }

/** Texts for literals: § becomes a number that is used once. */
const texts = [
	'//trace:event trace§(a: string)',
	'\n//trace:event trace§(a: string)\n',
	'\n\t//trace:event async trace§(id: number) // remark\n',
	'/* trace:event trace§(a: string) */',
	'\n/*\n',
	'\n*/\n',
	'// trace:event trace§()',
	"don't",
	'say "trace:',
	'https://example.org/trace:event',
	'\\\\',
	'é𝒳',
	'',
]
const text = (escape: (text: string) => string): fc.Arbitrary<string> =>
	fc.array(fc.constantFrom(...texts), { maxLength: 3 }).map(list => escape(list.join(' ')))
const inTemplate = text(s => s.replace(/`/g, '\\`'))
const inMarkup = text(s => s.replace(/[{}<>\\]/g, ' '))
const quoted = (quote: string, newline: string): fc.Arbitrary<string> =>
	text(s => quote + s.replaceAll(quote, `\\${quote}`).replaceAll('\n', newline) + quote)

const leaves: Readonly<Record<string, fc.Arbitrary<string>>> = {
	ID: fc.constantFrom('v§', '$v§', 'é§', 'of§'),
	STRING: fc.oneof(quoted("'", '\\\n'), quoted('"', '\\\n'), quoted("'", '\\n')),
	REGEX: fc.constantFrom(
		'/[//trace:event trace§(a: string)]/g',
		String.raw`/\/\/trace:event trace§\(a: string\)/u`,
		'/[/*] trace:event trace§/',
		'/["\'`]/',
		String.raw`/[\]/]\//`,
		'/a/.b / 2',
	),
	TEXT: inTemplate.map(s => `\`${s}\``),
	HEAD: inTemplate.map(s => `\`${s}$\{`),
	MIDDLE: inTemplate.map(s => `}${s}$\{`),
	TAIL: inTemplate.map(s => `}${s}\``),
	ATTRSTRING: text(s => `"${s.replace(/["\\]/g, ' ')}"`),
	CHILDTEXT: inMarkup,
}

/** All texts that a directive can be written as, right or wrong. */
export const directives: readonly string[] = [
	'//trace:event trace§(a: string)',
	'//trace:event trace§()',
	'//trace:event async trace§(id: number) // remark',
	"//trace:event trace§<T extends 'a//b'>(a?: T, ...rest: T[])",
	'//trace:import "lib§"',
	"//trace:import lib§ '../lib§'",
	'//trace:evnt trace§(a: string)',
	'//trace:events trace§(a: string)',
]
/** What looks like one in a comment. */
const nearMisses = [
	'// trace:event trace§(a: string)',
	'/// trace:event trace§(a: string)',
	'//\u00A0trace:event trace§(a: string)',
	'//Trace:event trace§(a: string)',
	'//Trace:event async trace§(a: string)',
	'//trace: event trace§(a: string)',
	'/* trace:event trace§(a: string) */',
	'/*trace:event trace§(a: string)*/',
	'/** trace:event trace§(a: string) */',
	'/*\n//trace:event trace§(a: string)\n*/',
	'/**\n * Says so.\n * //trace:event trace§(a: string)\n * @returns nothing\n */',
]
/** Other comments, with what could mislead a reader of them. */
const remarks = [
	'// say "it',
	'/* ` */',
	'/* // */',
	'//',
	'/**/',
	'/** {@link trace§} ```\n//trace:evnt\n``` */',
	'// the text //trace:event is a directive',
	'/* a\n*/',
	'// <!-- /*',
	// Upper case is not a near miss.
	'//TRACE:event trace§(a: string)',
]

const newline = fc.constantFrom('\n', '\n\n', '\n\t', '\n  ', '\n\f\u00A0')
/** Between two tokens where a line may end. */
const trivia = fc.oneof(
	{ weight: 6, arbitrary: fc.tuple(newline, fc.constantFrom(...directives), newline).map(parts => parts.join('')) },
	{
		weight: 2,
		arbitrary: fc.tuple(fc.constantFrom(' ', ''), fc.constantFrom(...directives), newline).map(parts => parts.join('')),
	},
	{ weight: 2, arbitrary: fc.tuple(newline, fc.constantFrom(...nearMisses), newline).map(parts => parts.join('')) },
	{ weight: 1, arbitrary: fc.tuple(fc.constantFrom(...nearMisses), newline).map(parts => parts.join('')) },
	{ weight: 2, arbitrary: fc.tuple(newline, fc.constantFrom(...remarks), newline).map(parts => parts.join('')) },
	{ weight: 1, arbitrary: fc.tuple(fc.constantFrom(...remarks), newline).map(parts => parts.join('')) },
	{ weight: 1, arbitrary: newline },
)
/** Where it may not. */
const inline = fc.constantFrom(' ', '/* ` */', ' /* //trace:event trace§() */ ', '/**/', '\t')

interface Skeleton {
	readonly words: readonly string[]
	/** Where trivia goes, as numbers that are taken modulo the number of places. */
	readonly trivia: readonly (readonly [number, string, string])[]
	readonly before: string
	readonly after: string
	readonly lineEnd: string
}

function skeleton(rules: typeof grammar): fc.Arbitrary<Skeleton> {
	const { TOP } = fc.letrec<Record<string, string[]>>(tie => {
		const word = (text: string): fc.Arbitrary<string[]> => {
			if (Object.hasOwn(rules, text)) return tie(text)
			return Object.hasOwn(leaves, text) ? leaves[text]!.map(t => [t]) : fc.constant([text.replace('ID', 'v§')])
		}
		const alternative = (text: string): fc.Arbitrary<string[]> =>
			fc.tuple(...text.split(' ').map(word)).map(parts => parts.flat())
		return Object.fromEntries(
			Object.entries(rules).map(([name, alternatives]) => [
				name,
				fc.oneof({ maxDepth: 5, depthIdentifier: 'program', withCrossShrink: true }, ...alternatives.map(alternative)),
			]),
		)
	})
	const last = fc.constantFrom(...directives, ...nearMisses, ...remarks)
	return fc.record({
		words: fc.array(TOP!, { maxLength: 5 }).map(list => list.flat()),
		trivia: fc.array(fc.tuple(fc.nat(), trivia, inline), { maxLength: 12 }),
		before: fc.constantFrom(
			'',
			'',
			'',
			'\n',
			'#!/usr/bin/env node\n',
			'#!//trace:event trace§()\n',
			'/** @file */\n',
			'\f ',
		),
		after: fc.oneof(
			fc.constantFrom('', '\n'),
			last,
			last.map(s => `\n${s}`),
			last.map(s => `\n/** trace: */\n${s}`),
			last.map(s => `\n${s}\n`),
		),
		lineEnd: fc.oneof(
			{ weight: 5, arbitrary: fc.constant('\n') },
			{ weight: 2, arbitrary: fc.constant('\r\n') },
			{ weight: 1, arbitrary: fc.constantFrom('\r', '\u2028', '\u2029') },
		),
	})
}

function render({ words, trivia, before, after, lineEnd }: Skeleton): string {
	const places = new Map(trivia.map(([at, line, inline]) => [at % Math.max(1, words.length), { line, inline }]))
	let out = before
	for (const [i, word] of words.entries()) {
		const place = places.get(i)
		if (word === '~') out += place?.inline ?? ' '
		else out += (place === undefined || words[i - 1] === '~' ? ' ' : place.line) + word
	}
	return numbered(out + after, 0).replaceAll('\n', lineEnd)
}

/** Give each § a number of its own, from `first` on. */
export function numbered(text: string, first: number): string {
	let n = first
	return text.replace(/§/g, () => String(n++))
}

const programsIn = (path: string, rules: typeof grammar): fc.Arbitrary<Program> =>
	skeleton({ ...grammar, ...rules }).map(parts => ({ path, text: render(parts) }))

/** Programs, most of them without syntax errors. */
export const programs: fc.Arbitrary<Program> = fc.oneof(
	programsIn('/src/a.ts', casts),
	programsIn('/src/a.mts', neither),
	programsIn('/src/a.tsx', jsx),
)
