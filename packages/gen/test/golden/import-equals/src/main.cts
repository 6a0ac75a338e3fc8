import Util = require('./util.cjs')
import { traceUtil } from './ztrace.cjs'

//trace:event traceUtil(u: Util, o: Util.Options)
export const main = (): void => traceUtil(new Util(), { fast: true })
