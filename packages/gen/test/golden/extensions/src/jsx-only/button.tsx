import { traceClicked } from './ztrace.js'

//trace:event traceClicked(at: readonly [x: number, y: number])
export const click = (): void => traceClicked([0, 0])
