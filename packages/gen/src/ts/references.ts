// What a signature takes the names in it for.
import type { ts } from 'ts-morph'
import type { InlineImport, Reference } from '../model.js'
import { tsc } from './compiler.js'

/** A reference that begins with the name `node`; null if it is none to a type or to a value. */
export function referenceOf(node: ts.Identifier, offset: (position: number) => number): Reference | null {
	const members: string[] = []
	let at: ts.EntityName = node
	while (tsc.isQualifiedName(at.parent) && at.parent.left === at) {
		at = at.parent
		members.push(at.right.text)
	}
	const { parent } = at
	const namesEnd = offset(at.end)
	if (tsc.isTypeReferenceNode(parent)) {
		const args = parent.typeArguments?.length ?? 0
		return { meaning: 'type', members, args, namesEnd, end: offset(parent.end) }
	}
	if (tsc.isTypeQueryNode(parent)) return { meaning: 'value', members, args: 0, namesEnd, end: namesEnd }
	return null
}

/** `import('module').Name`; null if nothing is known of such a module. */
export function inlineImportOf(
	node: ts.ImportTypeNode,
	start: number,
	offset: (position: number) => number,
): InlineImport | null {
	const { argument, attributes, isTypeOf, qualifier, typeArguments } = node
	if (!tsc.isLiteralTypeNode(argument) || !tsc.isStringLiteral(argument.literal) || attributes !== undefined)
		return null
	const members: string[] = []
	for (let at = qualifier; at !== undefined; at = tsc.isQualifiedName(at) ? at.left : undefined)
		members.unshift(tsc.isQualifiedName(at) ? at.right.text : at.text)
	const namesEnd = offset(qualifier?.end ?? argument.end + 1)
	return {
		module: argument.literal.text,
		start,
		end: namesEnd,
		reference: {
			meaning: isTypeOf ? 'value' : 'type',
			members,
			args: typeArguments?.length ?? 0,
			namesEnd,
			end: offset(node.end),
		},
	}
}
