import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import { EventEmitter, on, once } from 'node:events'
import { PerformanceObserver, performance } from 'node:perf_hooks'
import timers from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ListenedEvent, sources } from './source.js'

export const timerSources: readonly ListenedEvent[] = sources({
	setTimeout: signal => setTimeout(signal, 5),
	'setTimeout, not referenced': signal => setTimeout(signal, 20).unref(),
	'setTimeout, refreshed when it had fired': signal => {
		let fired = 0
		const timer = setTimeout(() => {
			if (fired++ === 0) setImmediate(() => setImmediate(() => timer.refresh()))
			else signal()
		}, 5)
	},
	'setTimeout within setTimeout': signal => setTimeout(() => setTimeout(() => setTimeout(signal, 5), 5), 5),
	'setTimeout, promisified': async signal => {
		await promisify(setTimeout)(5)
		signal()
	},
	setInterval: signal => {
		let ticks = 0
		const interval = setInterval(() => {
			if (++ticks < 3) return
			clearInterval(interval)
			signal()
		}, 3)
	},
	'chain of setImmediate': signal => {
		let left = 50
		const next = (): unknown => (left-- === 0 ? signal() : setImmediate(next))
		next()
	},
	'chain of nextTick': signal => {
		let left = 1000
		const next = (): void => (left-- === 0 ? signal() : process.nextTick(next))
		next()
	},
	'chain of promises': async signal => {
		for (let i = 0; i < 1000; i++) await Promise.resolve()
		signal()
	},
	'chain of queueMicrotask': signal => {
		let left = 1000
		const next = (): void => (left-- === 0 ? signal() : queueMicrotask(next))
		next()
	},
	'nextTick, promise and setImmediate in turns': async signal => {
		for (let i = 0; i < 20; i++) {
			await new Promise<void>(resolve => process.nextTick(resolve))
			await new Promise<void>(resolve => setImmediate(resolve))
		}
		signal()
	},
	'timers/promises setTimeout': async signal => {
		await timers.setTimeout(5)
		signal()
	},
	'timers/promises setTimeout, not referenced': async signal => {
		await timers.setTimeout(20, undefined, { ref: false })
		signal()
	},
	'timers/promises setImmediate': async signal => {
		await timers.setImmediate()
		signal()
	},
	'timers/promises setInterval': async signal => {
		let ticks = 0
		for await (const _ of timers.setInterval(3)) if (++ticks === 3) break
		signal()
	},
	'scheduler.wait': async signal => {
		await timers.scheduler.wait(5)
		signal()
	},
	'scheduler.yield': async signal => {
		for (let i = 0; i < 20; i++) await timers.scheduler.yield()
		signal()
	},
	'AbortSignal.timeout': signal => AbortSignal.timeout(10).addEventListener('abort', signal),
	'AbortSignal.any': signal =>
		AbortSignal.any([AbortSignal.timeout(10), new AbortController().signal]).addEventListener('abort', signal),
	'events.once': async signal => {
		const emitter = new EventEmitter()
		setTimeout(() => emitter.emit('late'), 5)
		await once(emitter, 'late')
		signal()
	},
	'events.on': async signal => {
		const emitter = new EventEmitter()
		setTimeout(() => emitter.emit('late'), 5)
		for await (const _ of on(emitter, 'late')) break
		signal()
	},
	EventTarget: signal => {
		const target = new EventTarget()
		target.addEventListener('late', signal)
		setTimeout(() => target.dispatchEvent(new Event('late')), 5)
	},
	diagnostics_channel: signal => {
		const late = channel('tsgotrace.quiescence')
		late.subscribe(signal)
		setTimeout(() => {
			late.publish({})
			late.unsubscribe(signal)
		}, 5)
	},
	PerformanceObserver: signal => {
		const observer = new PerformanceObserver(() => {
			observer.disconnect()
			signal()
		})
		observer.observe({ entryTypes: ['mark'] })
		performance.mark('tsgotrace.quiescence')
	},
	'AsyncResource, which lives on': (signal, defer) => {
		const resource = new AsyncResource('TSGOTRACE')
		const bound = AsyncLocalStorage.bind(signal)
		setTimeout(() => resource.runInAsyncScope(bound), 5)
		defer(() => resource.asyncId())
	},
	'process warning': signal => {
		process.once('warning', signal)
		process.emitWarning('for a test', { type: 'TsgotraceTest', code: 'TSGOTRACE' })
	},
})
