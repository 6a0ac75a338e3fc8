// The events of the package.
import type { TraceEvent } from '@tsgotrace/runtime'
import * as auto from './auto/ztrace.js'
import * as cpu from './cpu/ztrace.js'
import * as sampling from './sampling/ztrace.js'
import * as stalls from './stalls/ztrace.js'
import * as states from './states/ztrace.js'
import * as tasks from './tasks/ztrace.js'
import * as thread from './thread/ztrace.js'

/** Their descriptors. */
export const events: readonly TraceEvent[] = [auto, cpu, sampling, stalls, states, tasks, thread]
	.flatMap(module => Object.entries(module))
	.filter(([name]) => name.endsWith('_Event'))
	.map(([, event]) => event as unknown as TraceEvent)
