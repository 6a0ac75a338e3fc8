import { test } from '@tsgotrace/tracetest/vitest'
import { body, options } from './body.mjs'

test.verify('a long search', options, ({ t }) => body(t))
