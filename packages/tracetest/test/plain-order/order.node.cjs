const { test } = require('@tsgotrace/tracetest/node-test')
const { bodies } = require('./bodies.cjs')

for (const [name, body] of Object.entries(bodies)) void test.verify(name, ({ t }) => body(t))
