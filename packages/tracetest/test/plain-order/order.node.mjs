import { test } from '@tsgotrace/tracetest/node-test'
import { bodies } from './bodies.cjs'

for (const [name, body] of Object.entries(bodies)) void test.verify(name, ({ t }) => body(t))
