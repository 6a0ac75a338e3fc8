// Hand-overs that are wrong for some microtasks, with ordinary events only: no task can be made to wait where it goes
// wrong. More of them in handover.matrix.test.ts.
import { testHandovers } from './handover-tests.js'

testHandovers(['nothing', 'an immediate'], 100)
