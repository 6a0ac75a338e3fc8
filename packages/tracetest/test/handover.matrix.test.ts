// As handover.test.ts, with more kinds of work, and searches to their end.
import { works } from './handover.js'
import { testHandovers } from './handover-tests.js'

testHandovers(Object.keys(works), Number.POSITIVE_INFINITY)
