//trace:event traceA(a)
	//trace:event traceB(größe: string, 日本: Missing)
//trace:evnt traceC()
//trace:event traceD(): void

export {}
//trace:event traceE(x: 😀, y)