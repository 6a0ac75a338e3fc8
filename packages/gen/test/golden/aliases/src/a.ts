import type { Opts } from './http/opts.js'
import { traceHttp } from './ztrace.js'

//trace:event traceHttp(o: Opts, nested: { o: Opts; Opts: Opts })
export const http = (o: Opts): void => traceHttp(o, { o, Opts: o })
