import { test } from '@tsgotrace/tracetest/vitest'
import { deadlock, deadlockExtra, expectType, expectValue, race, twoThreadsOK } from './programs.js'

test.verify('2ThreadsOK', ({ t }) => twoThreadsOK(t))
test.verify('Deadlock', ({ t }) => deadlock(t))
test.verify('Race', { time: 'virtual' }, ({ t }) => race(t))
test.verify('DeadlockExtra', ({ t }) => deadlockExtra(t))
test.verify('ExpectType', ({ t }) => expectType(t))
test.verify('ExpectValue', ({ t }) => expectValue(t))
