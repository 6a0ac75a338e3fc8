interface Mapped {
	readonly id: string
}
export type { Mapped }

//trace:event traceBuiltin(a: stirng, b: Mapp<string, numbr>, c: Promsie<void>)
//trace:event traceCase(a: Undefined | Any)
//trace:event traceImport(d: Data, p: Point)
//trace:event traceOfTheFile(m: Maped)
//trace:event traceOthers(v: typeof strin, n: Strin.Name)
