// What Node itself takes for what the tracer asks of it: the same store, channels, hooks and sampler, with functions that do nothing. A tracer that follows requests, awaits and
// wakes through what Node offers cannot take less.
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { Session } from 'node:inspector'
import { promiseHooks } from 'node:v8'

const nothing = () => {}
const store = new AsyncLocalStorage()

/** A part of a request that does no more than to learn of its end. */
export function emptyPart(_, fn) {
	store.getStore()
	const result = fn()
	return result instanceof Promise ? ended(result) : result
}

async function ended(promise) {
	try {
		return await promise
	} finally {
		nothing()
	}
}

/** Which request the current code belongs to, its route and its end. */
export function floorOfTasks() {
	subscribe('http.server.request.start', ({ response }) => {
		response.on('close', nothing)
		store.enterWith({})
	})
	subscribe('http.server.response.finish', nothing)
	subscribe('tracing:fastify.request.handler:end', nothing)
}

/** Where code of a request goes on: in callbacks of the loop, and after awaits. */
export function floorOfExact() {
	floorOfTasks()
	createHook({ before: nothing, trackPromises: false }).enable()
	promiseHooks.createHook({ before: nothing })
}

/** And what settled each promise. */
export function floorOfWakes() {
	floorOfTasks()
	createHook({ before: nothing, trackPromises: false }).enable()
	promiseHooks.createHook({ before: nothing, init: nothing, settled: nothing })
}

/** And samples, read twice a second. */
export function floorOfCpu() {
	floorOfWakes()
	const session = new Session()
	session.connect()
	session.post('Profiler.enable')
	session.post('Profiler.setSamplingInterval', { interval: 10_000 })
	session.post('Profiler.start')
	setInterval(() => {
		session.post('Profiler.stop')
		session.post('Profiler.start')
	}, 500).unref()
}
