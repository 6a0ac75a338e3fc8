import type { Cell } from './workshop.js'

const kinds = 'it has CommonJS files, which verbatimModuleSyntax wants without import and export'
const own = 'it has compiler options of its own'
const newer = 'node10 knows neither exports maps nor .mts and .cts'
const globals = { globals: own, 'globals-script': own, references: own }
const notStrict = { ...globals, 'import-equals': kinds, extensions: kinds }

export const oldLibrary = 'an old library and no types of Node'
export const tsExtensions = 'nodenext with .ts extensions'

/** The ways that users compile. */
export const cells: readonly Cell[] = [
	{ name: 'nodenext', extension: '.js', esm: true, options: { module: 'nodenext' }, without: notStrict },
	{
		name: 'nodenext with .cts and .mts',
		extension: '.js',
		esm: true,
		options: { module: 'nodenext', verbatimModuleSyntax: false },
		only: ['import-equals', 'extensions'],
	},
	{
		name: 'the options of the trees',
		extension: '.js',
		esm: true,
		options: {},
		only: ['globals', 'globals-script', 'references', 'specifiers-bundler', 'specifiers-ts-extensions', 'tsconfig'],
		ownOptions: true,
	},
	{
		name: 'nodenext, erasable syntax only',
		extension: '.js',
		esm: true,
		options: { module: 'nodenext', erasableSyntaxOnly: true },
		without: { ...notStrict, enums: 'it has enums' },
	},
	{
		name: tsExtensions,
		extension: '.ts',
		esm: true,
		options: { module: 'nodenext', rewriteRelativeImportExtensions: true },
		without: notStrict,
	},
	{
		name: 'bundler',
		extension: '',
		esm: true,
		options: { module: 'esnext', moduleResolution: 'bundler' },
		without: notStrict,
	},
	{ name: 'module preserve', extension: '', esm: true, options: { module: 'preserve' }, without: notStrict },
	{
		name: 'CommonJS, nodenext',
		extension: '.js',
		esm: false,
		options: { module: 'nodenext', verbatimModuleSyntax: false },
		without: globals,
	},
	{
		name: 'CommonJS, bundler',
		extension: '',
		esm: false,
		options: { module: 'commonjs', moduleResolution: 'bundler', verbatimModuleSyntax: false },
		without: globals,
		// TypeScript 5.9 has no bundler resolution for CommonJS.
		not: ['typescript-5.9'],
	},
	{
		name: 'CommonJS, node10',
		extension: '',
		esm: false,
		options: { module: 'commonjs', moduleResolution: 'node10', verbatimModuleSyntax: false },
		without: { ...globals, 'import-equals': newer, extensions: newer, installed: newer, monorepo: newer },
		// Deprecated by 6, gone from 7.
		not: ['typescript', 'typescript-6'],
	},
	{
		name: oldLibrary,
		extension: '.js',
		esm: true,
		options: { module: 'nodenext', lib: ['es2022'], types: [] },
		checksLibraries: true,
		only: ['events', 'aliases', 'generics', 'type-forms', 'pausable', 'param-names', 'local-types', 'broken-output'],
	},
]
