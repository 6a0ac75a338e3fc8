import { verify } from '@tsgotrace/tracetest'
import { body, options } from './body.mjs'

await verify(body, { ...options, name: 'a long search' })
