import { walk } from 'estree-walker'
import MagicString from 'magic-string'

interface Positioned {
	readonly type: string
	readonly start: number
	readonly end: number
}

/** A node of the syntax tree, as far as it is looked at. */
interface SyntaxNode extends Positioned {
	readonly await?: boolean
	readonly right?: Positioned
	readonly directive?: string
	readonly body?: readonly SyntaxNode[]
}

/** The names under which rewritten code finds what it calls. */
export const names = {
	awaiting: '__tracetest_awaiting',
	each: '__tracetest_each',
	matched: '__tracetest_matched',
} as const

/** Code whose awaits are choice points. */
export interface Rewritten {
	readonly text: MagicString
	readonly awaits: number
}

/**
 * Make each `await` of a module, and each step of its `for await` loops, a choice point. No line moves: stacks, and
 * breakpoints without source maps, stay right.
 *
 * @param program the syntax tree of `code`, in the form of ESTree
 * @param file what reports call the file
 * @param header code that gives {@link names} their meaning
 */
export function rewrite(code: string, program: unknown, file: string, header: string): Rewritten {
	const text = new MagicString(code)
	let awaits = 0
	/** What comes behind a node: of an `await` that a loop iterates over, its own end comes first. */
	const ends = new Map<unknown, string>()
	const close = (node: unknown): void => {
		ends.set(node, `), ${JSON.stringify(`${file}#${awaits++}`)})${ends.get(node) ?? ''}`)
	}
	walk(program as Parameters<typeof walk>[0], {
		enter(node) {
			const { type, start, await: loops, right } = node as unknown as SyntaxNode
			if (type === 'AwaitExpression') {
				// Around all that follows the word, with its parentheses, if any: they may hold a sequence.
				text.appendRight(start + 'await'.length, ` ${names.awaiting}((`)
				close(node)
			} else if (type === 'ForOfStatement' && loops === true) {
				text.appendRight(right!.start, `${names.each}((`)
				close(right)
			}
		},
		leave(node) {
			const end = ends.get(node)
			if (end !== undefined) text.appendLeft((node as unknown as SyntaxNode).end, end)
		},
	})
	// A directive may have no semicolon.
	text.appendRight(
		startOf(code, program as SyntaxNode),
		`;${header} ${names.matched}(${JSON.stringify(file)}, ${awaits}); `,
	)
	return { text, awaits }
}

/** Where statements begin: after a hashbang in the first line, and after directives such as 'use strict'. */
function startOf(code: string, { body = [] }: SyntaxNode): number {
	let start = /^#!.*(?:\r\n|[\n\r\u2028\u2029])?/.exec(code)?.[0].length ?? 0
	for (const { directive, end } of body) {
		if (directive === undefined) break
		start = end
	}
	return start
}
