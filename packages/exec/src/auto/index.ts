// Loading this creates tasks automatically, while a probe is attached to their events.
import './calls.js'
import { addTaskSource } from '../tasks/scope.js'
import { tasksOfStreams } from './http2.js'
import { tasksOfMain } from './main.js'
import { propagation } from './propagate.js'
import { tasksOfRequests } from './requests.js'

addTaskSource(tasksOfRequests)
addTaskSource(tasksOfStreams)
addTaskSource(propagation)
addTaskSource(tasksOfMain)
