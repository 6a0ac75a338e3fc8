import module, { createRequire } from 'node:module'
import type * as Acorn from 'acorn'
import { names, rewrite } from './rewrite.js'

type Compile = (this: unknown, code: string, path: string, ...more: unknown[]) => unknown

const header = `const { awaiting: ${names.awaiting}, awaitingEach: ${names.each}, matched: ${names.matched} } = globalThis[Symbol.for('tsgotrace.tracetest.await/1')];`
const mark: symbol = Symbol.for('tsgotrace.tracetest.require/1')

/** The parser, which loads when a file needs it: most tests require none. */
let acorn: typeof Acorn | undefined

/**
 * Rewrite the CommonJS files that match as Node compiles them. What is required never comes to vite, and neither does
 * what is imported from packages that are external.
 */
export function rewriteRequired(fileOf: (path: string) => string | undefined): void {
	// The method by which Node compiles what is required. Not documented, and kept by Node for the many tools that
	// replace it.
	const { prototype } = module as unknown as { readonly prototype: { _compile: Compile & { [mark]?: boolean } } }
	const compile = prototype._compile
	// Files of tests may share a process.
	if (compile[mark as never] === true) return
	const rewriting: Compile = function (code, path, ...more) {
		const file = more[0] === 'module' ? undefined : fileOf(path)
		return Reflect.apply(compile, this, [file === undefined ? code : rewritten(code, file), path, ...more])
	}
	prototype._compile = Object.assign(rewriting, { [mark]: true })
}

function rewritten(code: string, file: string): string {
	acorn ??= createRequire(import.meta.url)('acorn') as typeof Acorn
	let program: unknown
	try {
		program = acorn.parse(code, {
			ecmaVersion: 'latest',
			sourceType: 'script',
			allowHashBang: true,
			allowReturnOutsideFunction: true,
		})
	} catch {
		// Node says what is wrong with it, or runs it as something else.
		return code
	}
	return rewrite(code, program, file, header).text.toString()
}
