// A probe of a pausable event decides who speaks first. The program itself is not changed.
import { ProbeGroup, setup } from '@tsgotrace/runtime'
import { greet } from './hello.js'
import { traceHello_Attach, traceTurn_Attach } from './ztrace.js'

const guests = ['JP', 'Kirr', 'Varya']

console.log('As they come:')
await greet(guests)

const group = new ProbeGroup()
let letJpGo = (): void => {}
const varyaIsGreeted = new Promise<void>(resolve => {
	letJpGo = resolve
})
setup(() => {
	traceTurn_Attach(group, who => (who === 'JP' ? varyaIsGreeted : undefined))
	traceHello_Attach(group, who => {
		if (who === 'Varya') letJpGo()
	})
})

console.log('JP held back until Varya is greeted:')
await greet(guests)
group.done()
