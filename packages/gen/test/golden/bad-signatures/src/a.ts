//trace:event
//trace:event   // a remark
//trace:event traceNoParens
//trace:event traceNoParens // remark
//trace:event const traceX = 1
//trace:event (a: string)
//trace:event traceUnclosed(a: string
//trace:event traceUnclosed(a: string // remark
//trace:event traceTwo(); traceThree()
//trace:event traceTwo() traceThree()
//trace:event traceTwo(), traceThree()
//trace:event traceText(a: string) and more
//trace:event traceBody() {}
//trace:event traceBodyToo(a: string) { return a } // remark
//trace:event *traceGenerator()
//trace:event traceComma(a: string b: number)
//trace:event traceReserved(class: string)
//trace:event traceReserved(a: string, default: string, new: number)
//trace:event traceOrder(a?: string, b: number)
//trace:event traceRest(...a: string[], b: number)
//trace:event traceDouble(a: string, b: number, a: Date)
//trace:event traceModifier(readonly a: string, public b: string)
//trace:event traceType(a: , b: number)
//trace:event traceType(a: Map<string)
//trace:event traceDecorated(@dec a: string)
//trace:event open(a: string)
//trace:event trace(a: string)
//trace:event Trace(a: string)
//trace:event _traceX()
//trace:event async
//trace:event async open()
//trace:event async async traceTwice()
//trace:event traceResult(a: string): void
//trace:event traceResult(): Promise<Map<string, number>>
//trace:event async traceResult(): void // remark
//trace:event traceDefault(a = 1, b: string = 'x')
//trace:event tracePattern({ a, b }: Options, [c]: string[])
//trace:event traceThis(this: Window, a: string)
//trace:event traceUntyped(a, b?, ...c)
//trace:event traceUntyped(a: string, b, c = 2, { d }, this)
//trace:event  traceWide ( größe , text : string ) : string
	//trace:event traceTab(a,	b: string): number
export class C {
	m(): void {
		//trace:event traceNested(a)
	}
}
