// Loading this lets tasks begin of themselves, while somebody listens.
import './calls.js'
import { addTaskSource } from '../tasks/scope.js'
import { tasksOfStreams } from './http2.js'
import { propagation } from './propagate.js'
import { tasksOfRequests } from './requests.js'

addTaskSource(tasksOfRequests)
addTaskSource(tasksOfStreams)
addTaskSource(propagation)
