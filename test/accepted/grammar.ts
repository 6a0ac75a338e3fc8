// Directives at random: signatures as people write them, with what TypeScript allows only here and there.
import fc from 'fast-check'

/** Names that sources of a directory have, and what each is good for. */
export interface Names {
	/** Types without parameters. */
	readonly types: readonly string[]
	/** Types with one parameter. */
	readonly generic: readonly string[]
	/** Values, for `typeof`. */
	readonly values: readonly string[]
	/** What a type may be besides: `import('…').T`. */
	readonly others: readonly string[]
	/** Generic types of other numbers of parameters, namespaces, values, and names that nothing has. */
	readonly unsure: readonly string[]
}

/** Words that are keywords somewhere, and names that generated code uses. */
const odd = [
	'arguments', 'async', 'await', 'eval', 'from', 'get', 'let', 'of', 'package', 'private', 'set', 'static', 'type', 'yield', 'undefined',
	'_e', '_run', '_p', '_n', '_f0', '_i', '_err', '_group', '_probe', '_stub', 'constructor', '__proto__', 'größe', '$', '_', 'is', 'asserts',
] // biome-ignore format: a list of words
const plain = ['a', 'b', 'c', 'key', 'value']
const primitives = [
	'string',
	'number',
	'boolean',
	'bigint',
	'symbol',
	'object',
	'unknown',
	'never',
	'any',
	'void',
	'null',
	'undefined',
	"'a'",
	'1',
	'-1',
	'1n',
	'true',
]

type Part = 'type' | 'atom' | 'member' | 'param' | 'element' | 'fn'

/** Signatures over `names`: type parameters and parameters. About one in six is refused by TypeScript. */
export function signatures(names: Names): fc.Arbitrary<string> {
	const name = fc.oneof(
		{ weight: 12, arbitrary: fc.constantFrom(...plain) },
		{ weight: 1, arbitrary: fc.constantFrom(...odd) },
	)
	const own = fc.constantFrom('T', 'U', 'K')
	// As likely wrong as right.
	const argument = fc.constantFrom(...names.types, ...names.generic.map(g => `${g}<1>`), 'string')
	const reference = fc
		.tuple(
			fc.constantFrom(...names.unsure, ...names.unsure, ...names.generic, ...names.types, ...names.others),
			fc.array(argument, { maxLength: 3 }),
		)
		.map(([name, args]) =>
			args.length === 0 || name.endsWith('>') || name.startsWith('typeof') ? name : `${name}<${args.join(', ')}>`,
		)
	const { type, param } = fc.letrec<Record<Part, string>>(tied => {
		const tie = (part: Part): fc.Arbitrary<string> => tied(part)
		return {
			type: fc.oneof(
				{ depthSize: 'small', withCrossShrink: true },
				{ weight: 6, arbitrary: tie('atom') },
				{ weight: 1, arbitrary: tie('type').map(t => `(${t})[]`) },
				{ weight: 1, arbitrary: fc.tuple(tie('type'), tie('type')).map(([a, b]) => `(${a}) | (${b})`) },
				{ weight: 1, arbitrary: fc.tuple(tie('type'), tie('type')).map(([a, b]) => `(${a}) & (${b})`) },
				{
					weight: 1,
					arbitrary: fc
						.tuple(fc.boolean(), fc.array(tie('element'), { maxLength: 3 }))
						.map(([r, e]) => `${r ? 'readonly ' : ''}[${e.join(', ')}]`),
				},
				{ weight: 1, arbitrary: fc.array(tie('member'), { maxLength: 3 }).map(m => `{ ${m.join('; ')} }`) },
				{ weight: 1, arbitrary: tie('fn') },
				{
					weight: 1,
					arbitrary: fc
						.tuple(tie('type'), tie('type'), tie('type'))
						.map(([a, b, c]) => `(${a}) extends infer I ? [I, ${b}] : ${c}`),
				},
				{
					weight: 1,
					arbitrary: fc.tuple(tie('atom'), own).map(([t, k]) => `{ readonly [${k} in keyof (${t})]?: (${t})[${k}] }`),
				},
				{ weight: 1, arbitrary: tie('type').map(t => `keyof (${t})`) },
			),
			atom: fc.oneof(
				{ weight: 8, arbitrary: fc.constantFrom(...primitives) },
				{ weight: 8, arbitrary: fc.constantFrom(...names.types) },
				{
					weight: 3,
					arbitrary: fc
						.tuple(fc.constantFrom(...names.generic), fc.constantFrom(...names.types))
						.map(([g, t]) => `${g}<${t}>`),
				},
				{
					weight: 1,
					arbitrary: fc.oneof(
						reference,
						fc.constantFrom(...names.types, ...names.unsure).map(v => `typeof ${v}`),
					),
				},
				{ weight: 3, arbitrary: fc.constantFrom(...names.values).map(v => `typeof ${v}`) },
				{ weight: 2, arbitrary: fc.constantFrom(...names.others) },
				{ weight: 4, arbitrary: own },
				{
					weight: 1,
					arbitrary: fc.constantFrom(
						'`a${string}`',
						'`${number}-${boolean}`',
						'`x`',
						'readonly string[]',
						'Array<string>',
						'Partial<{ a: 1 }>',
					),
				},
				{
					weight: 1,
					arbitrary: fc.constantFrom(
						'unique symbol',
						'this',
						'typeof a',
						'infer X',
						'readonly string',
						'Promise',
						'Map<string>',
						'asserts a',
						'string?',
					),
				},
			),
			element: fc.oneof(
				{ weight: 4, arbitrary: tie('type') },
				{ weight: 1, arbitrary: tie('atom').map(t => `...(${t})[]`) },
				{ weight: 1, arbitrary: tie('type').map(t => `first?: ${t}`) },
				{ weight: 1, arbitrary: tie('type').map(t => `first: ${t}`) },
			),
			member: fc.oneof(
				fc.tuple(name, fc.constantFrom('', '?'), tie('type')).map(([n, q, t]) => `${n}${q}: ${t}`),
				fc.tuple(name, tie('type')).map(([n, t]) => `readonly ${n}: ${t}`),
				fc.tuple(name, tie('param'), tie('type')).map(([n, p, t]) => `${n}(${p}): ${t}`),
				fc.tuple(name, tie('type')).map(([n, t]) => `get ${n}(): ${t}`),
				tie('type').map(t => `(x: ${t}): void`),
				tie('type').map(t => `new (x: ${t}): object`),
				fc.constant('[index: string]: unknown'),
				fc.constant('[Symbol.iterator](): unknown'),
				fc.constant('-readonly [P in string]: P'),
			),
			fn: fc.oneof(
				fc.tuple(tie('param'), tie('type')).map(([p, t]) => `((${p}) => ${t})`),
				fc.tuple(tie('param'), tie('type')).map(([p, t]) => `(abstract new (${p}) => ${t})`),
				tie('atom').map(t => `(<V extends ${t}>(v: V, other?: V) => V)`),
				fc.constantFrom(
					'((x: unknown) => x is string)',
					'((x: unknown) => asserts x is string)',
					'((this: Date, x: unknown) => void)',
					'((x: unknown) => y is string)',
				),
			),
			param: fc.tuple(name, fc.constantFrom('', '', '?'), tie('type')).map(([n, q, t]) => `${n}${q}: ${t}`),
		}
	})
	const generics = fc.array(
		fc
			.tuple(
				fc.constantFrom('', '', '', '', 'const ', 'in '),
				own,
				fc.oneof(
					fc.constant(''),
					fc
						.constantFrom(...names.types, 'object', 'keyof T', 'readonly unknown[]', '(...args: never[]) => unknown')
						.map(t => ` extends ${t}`),
				),
				fc.constantFrom('', '', '', ' = never'),
			)
			.map(parts => parts.join('')),
		{ maxLength: 3 },
	)
	const rest = fc.oneof(
		{ weight: 5, arbitrary: fc.constant(null) },
		{ weight: 1, arbitrary: type.map(t => `...rest: (${t})[]`) },
		{
			weight: 1,
			arbitrary: fc.constantFrom(
				'...rest: T',
				'...rest: Parameters<U>',
				'...rest: [a?: string, ...b: number[]]',
				'...rest: string',
			),
		},
	)
	return fc.tuple(generics, fc.array(param, { maxLength: 3 }), rest).map(([declared, p, r]) => {
		// What a rest parameter may be depends on the constraint, which may be of another module: a mistake that only a
		// whole program shows.
		const g = declared.filter(x => !(r?.endsWith(': T') && /\bT\b/.test(x)) && !(r?.includes('<U>') && /\bU\b/.test(x)))
		const params = r === null ? p : [...p, r]
		const text = params.join(', ')
		// Names of type parameters that are used and not declared would be mistakes of another kind.
		const used = ['T', 'U', 'K'].filter(
			n =>
				new RegExp(`\\b${n}\\b`).test(text + g.join()) && !g.some(x => new RegExp(`^(?:const |in )?${n}\\b`).test(x)),
		)
		const all = [
			...g,
			...used.map(n =>
				r?.endsWith(`: ${n}`)
					? `${n} extends readonly unknown[]`
					: r?.includes(`<${n}>`)
						? `${n} extends (...args: never[]) => unknown`
						: n,
			),
		]
		return `${all.length === 0 ? '' : `<${all.join(', ')}>`}(${text})`
	})
}
