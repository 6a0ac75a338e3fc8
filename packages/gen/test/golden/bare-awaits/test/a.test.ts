import { traceStep } from './ztrace_test.js'
//trace:event async traceStep()
export const f = async (): Promise<void> => {
	await traceStep!()
}
