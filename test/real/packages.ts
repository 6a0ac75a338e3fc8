// Published packages that ship their TypeScript sources, and where events are put into them.
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { Edit } from './edits.js'

const require = createRequire(import.meta.url)

/** A published package, made traceable, and a program that uses it. */
export interface RealPackage {
	readonly name: string
	/** Where it is installed. */
	readonly from: string
	/** Its folder of sources. */
	readonly sources: string
	/** What is compiled: not everything in the folder can be without the author's tools. */
	readonly entry: string
	readonly type: 'module' | 'commonjs'
	/** Packages that its sources import. */
	readonly dependencies: readonly string[]
	/** Versions of TypeScript that compile it, with what each needs. */
	readonly compilers: Readonly<Record<string, object>>
	readonly edits: readonly Edit[]
	/** All events, as `tsgotrace list` prints them. */
	readonly events: readonly string[]
	/** `program/main.ts`, beside the folder of sources. */
	readonly program: string
	/** What it prints. */
	readonly printed: readonly string[]
}

const rxjs: RealPackage = {
	name: 'rxjs',
	from: dirname(require.resolve('rxjs/package.json')),
	sources: 'src',
	entry: 'src/index.ts',
	type: 'commonjs',
	dependencies: [],
	compilers: {
		'7': { moduleResolution: 'bundler' },
		'6': { moduleResolution: 'bundler' },
		'5.9': { moduleResolution: 'node10' },
	},
	edits: [
		{
			file: 'src/internal/Subscriber.ts',
			where: 'before',
			line: "import { isFunction } from './util/isFunction';",
			insert: ["import { traceComplete, traceNext } from './ztrace';"],
		},
		{
			file: 'src/internal/Subscriber.ts',
			where: 'before',
			line: 'this._next(value!);',
			insert: ['//trace:event traceNext<T>(subscriber: Subscriber<T>, value: T)', 'traceNext(this, value);'],
		},
		{
			file: 'src/internal/Subscriber.ts',
			where: 'after',
			line: 'protected _complete(): void {',
			insert: [
				'//trace:event traceComplete(subscriber: Subscriber<any>) // the first time only',
				'traceComplete(this);',
			],
			deeper: 1,
		},
		{
			file: 'src/internal/Subscription.ts',
			where: 'before',
			line: "import { arrRemove } from './util/arrRemove';",
			insert: ["import { traceUnsubscribe } from './ztrace';"],
		},
		{
			file: 'src/internal/Subscription.ts',
			where: 'before',
			line: "// Remove this from it's parents.",
			insert: ['//trace:event traceUnsubscribe(subscription: Subscription)', 'traceUnsubscribe(this);'],
		},
		{
			file: 'src/internal/scheduler/AsyncAction.ts',
			where: 'before',
			line: 'export class AsyncAction<T> extends Action<T> {',
			insert: [
				"import { traceExecute, traceSchedule } from './ztrace';",
				'//trace:event traceSchedule(action: Action<any>, delay: number)',
				'//trace:event traceExecute(action: AsyncAction<any>, work: (this: SchedulerAction<any>, state?: any) => void)',
			],
		},
		{
			file: 'src/internal/scheduler/AsyncAction.ts',
			where: 'before',
			line: '// Always replace the current state with the new state.',
			insert: ['traceSchedule(this, delay);'],
		},
		{
			file: 'src/internal/scheduler/AsyncAction.ts',
			where: 'after',
			line: 'let errored: boolean = false;',
			insert: ['traceExecute(this, this.work);'],
		},
		{
			file: 'src/internal/operators/map.ts',
			where: 'before',
			line: '// The index of the value from the source. Used with projection.',
			insert: [
				"//trace:event traceMapping<T, R>(project: (value: T, index: number) => R, to: import('../Subscriber').Subscriber<R>)",
				'traceMapping(project, subscriber);',
			],
		},
		{
			file: 'src/internal/operators/map.ts',
			where: 'before',
			line: "import { operate } from '../util/lift';",
			insert: ["import { traceMapping } from './ztrace';"],
		},
	],
	events: [
		'rxjs/internal/operators:traceMapping',
		'rxjs/internal/scheduler:traceExecute',
		'rxjs/internal/scheduler:traceSchedule',
		'rxjs/internal:traceComplete',
		'rxjs/internal:traceNext',
		'rxjs/internal:traceUnsubscribe',
	],
	program: `import { ProbeGroup, setup } from '@tsgotrace/runtime';
import { asyncScheduler, map, of } from '../src/index';
import {
  internal_traceComplete_Attach,
  internal_traceNext_Attach,
  internal_traceUnsubscribe_Attach,
  operators_traceMapping_Attach,
  scheduler_traceExecute_Attach,
  scheduler_traceSchedule_Attach,
} from './ztrace';

//trace:import "../src/internal"
//trace:import "../src/internal/operators"
//trace:import "../src/internal/scheduler"

declare const console: { log(...args: unknown[]): void };

const group = new ProbeGroup();
const kind = (subscriber: object): string => subscriber.constructor.name;
setup(() => {
  internal_traceNext_Attach(group, (subscriber, value) => console.log(kind(subscriber), 'next', value));
  internal_traceComplete_Attach(group, subscriber => console.log(kind(subscriber), 'complete'));
  internal_traceUnsubscribe_Attach(group, subscription => console.log(kind(subscription), 'unsubscribe'));
  operators_traceMapping_Attach(group, (_, to) => console.log('mapping for', kind(to)));
  scheduler_traceSchedule_Attach(group, (action, delay) => console.log(kind(action), 'in', delay, 'ms'));
  scheduler_traceExecute_Attach(group, action => console.log(kind(action), 'executes'));
});

of(1, 2).pipe(map(n => n * 10)).subscribe(n => console.log('got', n));
asyncScheduler.schedule(() => {
  console.log('works');
  group.done();
  of(3).subscribe(n => console.log('got', n));
}, 1);
`,
	printed: [
		'mapping for SafeSubscriber',
		'OperatorSubscriber next 1',
		'SafeSubscriber next 10',
		'got 10',
		'OperatorSubscriber next 2',
		'SafeSubscriber next 20',
		'got 20',
		'OperatorSubscriber complete',
		'SafeSubscriber complete',
		'SafeSubscriber unsubscribe',
		'OperatorSubscriber unsubscribe',
		'AsyncAction in 1 ms',
		'AsyncAction executes',
		'works',
		'got 3',
	],
}

const zod: RealPackage = {
	name: 'zod',
	from: dirname(require.resolve('zod/package.json')),
	sources: 'src',
	entry: 'src/index.ts',
	type: 'module',
	dependencies: [],
	compilers: { '7': {}, '6': {}, '5.9': {} },
	edits: [
		{
			file: 'src/v4/core/parse.ts',
			where: 'before',
			line: 'import * as core from "./core.js";',
			insert: ['import { traceFailed, traceParse, traceParsedAsync } from "./ztrace.js";'],
		},
		{
			file: 'src/v4/core/parse.ts',
			where: 'before',
			line: 'const fn: $Parse = (schema, value, _ctx, _params) => {',
			insert: [
				'//trace:event traceParse<S extends schemas.$ZodType>(schema: S, value: unknown, params?: $ParseParams)',
			],
		},
		{
			file: 'src/v4/core/parse.ts',
			where: 'after',
			line: 'const fn: $Parse = (schema, value, _ctx, _params) => {',
			insert: ['traceParse(schema, value, _params);'],
			deeper: 1,
		},
		{
			file: 'src/v4/core/parse.ts',
			where: 'before',
			line: 'const e = new (_params?.Err ?? _Err)(result.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())));',
			insert: ['//trace:event traceFailed(issues: readonly errors.$ZodRawIssue[])', 'traceFailed(result.issues);'],
		},
		{
			file: 'src/v4/core/parse.ts',
			where: 'before',
			line: 'export const parseAsync: $ParseAsync = /* @__PURE__*/ _parseAsync(errors.$ZodRealError);',
			insert: [
				'//trace:event async traceParsedAsync(value: unknown, ...issues: errors.$ZodRawIssue[])',
				'export type { $ParseParams };',
			],
		},
		{
			file: 'src/v4/core/parse.ts',
			where: 'before',
			line: 'const e = new (params?.Err ?? _Err)(result.issues.map((iss) => util.finalizeIssue(iss, ctx, core.config())));',
			insert: ['if (traceParsedAsync) await traceParsedAsync(value, ...result.issues);'],
		},
		{
			file: 'src/v4/core/registries.ts',
			where: 'after',
			line: 'const meta: any = _meta[0];',
			insert: [
				'//trace:event traceRegistered(schema: $ZodType, meta: GlobalMeta | undefined)',
				'traceRegistered(schema, meta);',
			],
		},
		{
			file: 'src/v4/core/registries.ts',
			where: 'before',
			line: 'import type * as core from "./core.js";',
			insert: ['import { traceRegistered } from "./ztrace.js";'],
		},
	],
	events: [
		'zod/v4/core:traceFailed',
		'zod/v4/core:traceParse',
		'zod/v4/core:traceParsedAsync',
		'zod/v4/core:traceRegistered',
	],
	program: `import { ProbeGroup, setup } from '@tsgotrace/runtime'
import { z } from '../src/index.js'
import { core_traceFailed_Attach, core_traceParse_Attach, core_traceParsedAsync_Attach, core_traceRegistered_Attach } from './ztrace.js'

//trace:import core "../src/v4/core"

declare const console: { log(...args: unknown[]): void }

const group = new ProbeGroup()
setup(() => {
	core_traceParse_Attach(group, (schema, value) => console.log('parse', schema._zod.def.type, JSON.stringify(value)))
	core_traceFailed_Attach(group, issues => console.log('failed', issues.map(issue => issue.code).join()))
	core_traceRegistered_Attach(group, (schema, meta) => console.log('registered', schema._zod.def.type, meta?.title))
	core_traceParsedAsync_Attach(group, async (value, ...issues) => {
		await null
		console.log('parsed', value, issues.length)
	})
})

const Name = z.string().min(2).meta({ title: 'Name' })
const User = z.object({ name: Name, age: z.number() })
console.log(User.parse({ name: 'Ada', age: 36 }).name)
try {
	User.parse({ name: 'A', age: 'x' })
} catch (error) {
	console.log((error as Error).name)
}
await Name.parseAsync('B').catch(error => console.log((error as Error).name))
group.done()
console.log(User.parse({ name: 'Grace', age: 85 }).name)
`,
	printed: [
		'registered string Name',
		'parse object {"name":"Ada","age":36}',
		'Ada',
		'parse object {"name":"A","age":"x"}',
		'failed too_small,invalid_type',
		'ZodError',
		'parsed B 1',
		'ZodError',
		'Grace',
	],
}

const ajv: RealPackage = {
	name: 'ajv',
	from: dirname(require.resolve('ajv/package.json')),
	sources: 'lib',
	entry: 'lib/ajv.ts',
	type: 'commonjs',
	dependencies: [
		'fast-deep-equal',
		'fast-uri',
		'json-schema-traverse',
		'require-from-string',
		'@types/node',
		'undici-types',
	],
	// It calls a namespace import, which newer ones refuse.
	compilers: {
		'5.9': { moduleResolution: 'node10', esModuleInterop: false, types: ['node'], resolveJsonModule: true },
	},
	edits: [
		{
			file: 'lib/compile/index.ts',
			where: 'before',
			line: 'import type Ajv from "../core"',
			insert: ['import {traceCompile, traceCompiled} from "./ztrace"'],
		},
		{
			file: 'lib/compile/index.ts',
			where: 'after',
			line: 'if (_sch) return _sch',
			insert: ['//trace:event traceCompile(env: SchemaEnv, ajv: Ajv)', 'traceCompile(sch, this)'],
		},
		{
			file: 'lib/compile/index.ts',
			where: 'after',
			line: 'sch.validate = validate',
			insert: [
				'//trace:event traceCompiled(env: SchemaEnv, validate: AnyValidateFunction, source?: string)',
				'traceCompiled(sch, validate, sourceCode)',
			],
		},
	],
	events: ['ajv/lib/compile:traceCompile', 'ajv/lib/compile:traceCompiled'],
	program: `import {setup} from "@tsgotrace/runtime"
import Ajv from "../lib/ajv"
import {compile_traceCompile_Attach, compile_traceCompiled_Attach} from "./ztrace"

//trace:import "../lib/compile"

const seen: string[] = []
setup(() => {
  compile_traceCompile_Attach(null, env => seen.push("compile " + env.baseId))
  compile_traceCompiled_Attach(null, (env, validate, source) => seen.push("compiled " + env.baseId + " " + typeof validate + " " + typeof source))
})
const ajv = new Ajv({meta: false, validateSchema: false, code: {source: true}})
ajv.addSchema({$id: "name", type: "object", properties: {first: {type: "string", minLength: 2}, nick: {$ref: "name"}}})
const validate = ajv.compile({$id: "user", type: "object", properties: {name: {$ref: "name"}, friend: {$ref: "user"}}})
for (const line of seen) console.log(line)
console.log(validate({name: {first: "Ada"}}), validate({name: {first: "A"}}))
`,
	// The schema that is referred to is compiled while the other one is.
	printed: [
		'compile user',
		'compile name',
		'compiled name function string',
		'compiled user function string',
		'true false',
	],
}

/** By name. */
export const packages: Readonly<Record<string, RealPackage>> = { rxjs, zod, ajv }
