import { test } from '@tsgotrace/tracetest/vitest'
import { deadlock, deadlockExtra, expectType, expectValue, race, twoThreadsOK } from './programs.js'

test('2ThreadsOK', ({ t }) => twoThreadsOK(t))
test('Deadlock', ({ t }) => deadlock(t))
test('Race', ({ t }) => race(t))
test('DeadlockExtra', ({ t }) => deadlockExtra(t))
test('ExpectType', ({ t }) => expectType(t))
test('ExpectValue', ({ t }) => expectValue(t))
