import { test } from '@tsgotrace/tracetest/node-test'
import { body, options } from './body.mjs'

void test.verify('a long search', options, ({ t }) => body(t))
