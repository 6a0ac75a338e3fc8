// Mended: results of void, and names that are not exported, once each.
//trace:event traceVoid(): void
	//trace:event  traceSpaced ( a : string ) : void   // remark
//trace:event traceOther(a: string): number
//trace:event traceHidden(a: Hidden, b: readonly Hidden[], c: typeof value)
//trace:event async traceBoth(a: Hidden): void
interface Hidden {
	readonly a: 1
}
const value = 1
export const use: [Hidden, number] = [{ a: 1 }, value]
//trace:event traceReserved(package: string, arguments: readonly string[], f: (let_: 1) => void)
