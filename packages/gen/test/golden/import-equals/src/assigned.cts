import { traceAssigned } from './ztrace.cjs'

class Assigned {
	readonly a = 1
}
namespace Assigned {
	export interface Options {
		readonly deep: boolean
	}
}
//trace:event traceAssigned(it: Assigned, options: Assigned.Options, made: typeof Assigned)
traceAssigned(new Assigned(), { deep: true }, Assigned)

export = Assigned
