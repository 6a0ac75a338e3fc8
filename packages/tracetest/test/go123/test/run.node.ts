import { test } from '@tsgotrace/tracetest/node-test'
import { deadlock, deadlockExtra, expectType, expectValue, race, twoThreadsOK } from './programs.js'

void test('2ThreadsOK', ({ t }) => twoThreadsOK(t))
void test('Deadlock', ({ t }) => deadlock(t))
void test('Race', ({ t }) => race(t))
void test('DeadlockExtra', ({ t }) => deadlockExtra(t))
void test('ExpectType', ({ t }) => expectType(t))
void test('ExpectValue', ({ t }) => expectValue(t))
