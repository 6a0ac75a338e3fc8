// Several probes that are detached together.
import { ProbeGroup, setup } from '@tsgotrace/runtime'
import { sayHello } from './hello.js'
import { traceHello_Attach, traceHelloPre_Attach } from './ztrace.js'

const group = new ProbeGroup()

setup(() => {
	traceHelloPre_Attach(group, who => console.log(`  about to greet ${who}`))
	traceHello_Attach(group, who => console.log(`  greeted ${who}`))
})

sayHello('JP')
sayHello('Kirr')

// It takes the lock itself.
group.done()

sayHello('Varya')
