import { test } from '@tsgotrace/tracetest/vitest'
import { twoThreadsOK } from './programs.js'

test('one of many', ({ t }) => twoThreadsOK(t))
test.only('only this', ({ t }) => twoThreadsOK(t))
test.only.verify('and only this', ({ t }) => twoThreadsOK(t))
test.verify('one of many, explored', ({ t }) => twoThreadsOK(t))
