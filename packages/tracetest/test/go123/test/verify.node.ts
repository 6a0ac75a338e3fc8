import { test } from '@tsgotrace/tracetest/node-test'
import { deadlock, deadlockExtra, expectType, expectValue, race, twoThreadsOK } from './programs.js'

void test.verify('2ThreadsOK', ({ t }) => twoThreadsOK(t))
void test.verify('Deadlock', ({ t }) => deadlock(t))
void test.verify('Race', { time: 'virtual' }, ({ t }) => race(t))
void test.verify('DeadlockExtra', ({ t }) => deadlockExtra(t))
void test.verify('ExpectType', ({ t }) => expectType(t))
void test.verify('ExpectValue', ({ t }) => expectValue(t))
