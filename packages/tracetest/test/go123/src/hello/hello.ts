import { traceHello } from './ztrace.js'

//trace:event async traceHello(who: string)

export async function hello(who: string): Promise<void> {
	if (traceHello) await traceHello(who)
}
