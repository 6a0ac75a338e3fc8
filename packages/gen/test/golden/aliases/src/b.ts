import type { Opts } from './ws/opts.js'
import { traceWs } from './ztrace.js'

//trace:event traceWs(o: Opts, list: Opts[])
export const ws = (o: Opts): void => traceWs(o, [])
