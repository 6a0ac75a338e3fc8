// A probe collects who was greeted and when, while the program runs as usual.
import { setup } from '@tsgotrace/runtime'
import { sayHello } from './hello.js'
import { traceHello_Attach } from './ztrace.js'

const start = performance.now()
const said: { who: string; when: number }[] = []

const probe = setup(() =>
	traceHello_Attach(null, who => {
		said.push({ who, when: performance.now() - start })
	}),
)

sayHello('JP')
sayHello('Kirr')
sayHello('Varya')

setup(() => probe.detach())

// No probe is attached any more.
sayHello('everybody')

for (const { who, when } of said) console.log(`Said hello to ${who} @ ${when.toFixed(2)} ms`)
