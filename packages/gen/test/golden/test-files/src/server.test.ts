import { serve } from './server.js'
import { traceStep } from './ztrace_test.js'

// Events of tests go to a file of their own, and so do the imports that only tests need.
//trace:event traceStep(n: number)
//trace:import "test-files/net"
export const run = (): void => {
	traceStep(1)
	serve('/')
}
