import type { A, Added, Alias, C, E, G, N, someConst } from './g.js'
import type { Aa, G as BG, ns, Renamed, Std } from './barrel.js'
import type * as all from './g.js'
import type D from './g.js'
import type { Brought, Generic, Plain, Space as Dep } from 'dep'
import type { Both, Const, Declared, Long, Loop, Merged, Space, Trap } from './more.js'
import type Anonymous from './more.js'

export interface LA { x: number }
export interface LG<T> { x: T }
export enum LE { A }
export namespace LN { export interface G<T> { x: T } }
export import LNG = LN.G
export class LC<T = 1> { t?: T }

//trace:event traceNames(a: A, b: G<string>, c: C<1>, d: C<1, 2>, e: E, f: E.Low, v: typeof someConst, k: Alias, l: Alias<'x'>)
//trace:event traceMembers(g: N.G<1>, p: N.P, x: N.M.X<1>, ns: ns.G<1>, all: all.E.High, l: N.Later)
//trace:event traceExports(m: BG<1>, n: Renamed<1>, o: Std<1>, q: Aa, d: D<1>, an: Anonymous<1>, added: Added<1>)
//trace:event traceMore(l: Long, l1: Long<{ a: '<>' }>, m: Merged<1>, p: Merged.Part, b: Both, i: Both.Inner<1>, t: Trap, o: Loop, s: Space.Part, d: Declared.Implicit<1>, c: Const.a)
//trace:event traceOwn(a: LA, g: LG<1>, e: LE.A, n: LN.G<1>, i: LNG<1>, c: LC, c1: LC<1>)
//trace:event traceInline(g: import('./g.js').G<1>, f: typeof import('./g.js'), n: import('./barrel.js').ns.N.G<1>, d: import('dep').Generic<1>)
//trace:event traceDep(g: Generic<1>, p: Plain, b: Brought, s: Dep.Given<1>)
