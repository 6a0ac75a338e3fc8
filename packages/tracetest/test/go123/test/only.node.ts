import { test } from '@tsgotrace/tracetest/node-test'
import { twoThreadsOK } from './programs.js'

void test('one of many', ({ t }) => twoThreadsOK(t))
void test.only('only this', ({ t }) => twoThreadsOK(t))
void test.verify('and only this', { only: true }, ({ t }) => twoThreadsOK(t))
void test.verify('one of many, explored', ({ t }) => twoThreadsOK(t))
