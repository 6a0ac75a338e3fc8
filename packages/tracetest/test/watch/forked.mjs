import { verify } from '@tsgotrace/tracetest'
import { body, options } from './body.mjs'

let runs = 0
await verify(
	t => {
		if (runs++ === 10) process.send?.('searching')
		return body(t)
	},
	{ ...options, name: 'a long search' },
)
