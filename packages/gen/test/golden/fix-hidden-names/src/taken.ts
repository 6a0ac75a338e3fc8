export * from './starred.js'
interface Opts {
	e: 1
}
interface Fine {
	e: 1
}
interface Opt {
	z: 1
}
export type { Fine as Opt }
//trace:event traceTaken(m: Opts, o: Opt, f: Fine)
