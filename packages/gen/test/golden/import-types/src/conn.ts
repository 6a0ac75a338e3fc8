import type { Inner } from './inner.js'
import { traceBoxed, traceModule, traceReceived } from './ztrace.js'

// import('…') needs no import declaration, which noUnusedLocals and tidying tools would take away.
//trace:event traceReceived(m: import('./msg.js').Msg, limit: typeof import("./msg.js").limit)
//trace:event traceBoxed(b: import('./msg.js').Box<Inner>)
//trace:event traceModule(m: typeof import('./msg.js'))
export async function receive(inner: Inner): Promise<void> {
	traceReceived({ id: 1 }, 10)
	traceBoxed({ value: inner })
	traceModule(await import('./msg.js'))
}
