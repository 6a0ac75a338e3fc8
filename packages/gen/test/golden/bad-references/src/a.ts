import type { A, Alias, C, E, G, N, someConst } from './g.js'
import type { Aa, G as BG, ns, Renamed, Std } from './barrel.js'
import type * as all from './g.js'
import type D from './g.js'
import type { Generic, Plain } from 'dep'

export interface LA { x: number }
export interface LG<T> { x: T }
export enum LE { A }
export namespace LN { export interface G<T> { x: T } interface Hidden {} }
export const value = 1

//trace:event traceNotGeneric(a: A<string>, e: E<1>, f: E.Low<1>, p: N.P<1>, aa: Aa<1>, l: LA<1>, le: LE<1>, lea: LE.A<1>, d: Plain<1>)
//trace:event traceTooFew(g: G, c: C, n: N.G, b: BG, r: Renamed, s: Std, ns: ns.G, d: D, l: LG, ln: LN.G, dep: Generic)
//trace:event traceTooMany(c: C<1, 2, 3>, a: Alias<'a', 'b'>, l: LG<1, 2>, x: N.M.X<1, 2, 3>)
//trace:event traceNested<T>(a: { m(p: G): void }, b: [A<1>?], c: T extends G ? 1 : 2, d: Promise<LG>[])
//trace:event traceMissing(e: E.Hight, n: N.Missing, h: N.Hidden, m: N.M.Y, b: all.E.C, x: all.Nope, l: LN.Hidden)
//trace:event traceKinds(n: N, s: someConst, ns: ns, all: all, t: typeof A, q: A.B, ln: LN, la: LA.B, v: value)
//trace:event traceInline(g: import('./g.js').G, a: import('./barrel.js').A<1>, m: import('./g.js'), x: import('./g.js').X)
//trace:event traceRight(g: G<string>, v: typeof someConst)
