// What the generator writes for the two events, as JavaScript.

import { attach as _attach, event as _event, live as _live, threw as _threw } from '@tsgotrace/runtime/gen1'

// traceHello(who: string, n?: number)   hello.ts

export const traceHello_Event = /* @__PURE__ */ _event({
	'hello:traceHello': 1,
	probes: null,
	id: 'hello:traceHello',
	params: ['who: string', 'n?: number'],
	hash: '5c1e09aa72d3b4f0',
	source: 'src/hello.ts',
	async: false,
})
export const traceHello = /* @__PURE__ */ (_e => {
	const _run = (who, n) => {
		const _p = _e.probes,
			_n = _p.length
		const _f0 = _p[0].fn
		try {
			_f0(who, n)
		} catch (_err) {
			_threw(_p[0], _err)
		}
		if (_n === 1) return
		const _f1 = _p[1].fn
		try {
			_f1(who, n)
		} catch (_err) {
			_threw(_p[1], _err)
		}
		if (_n === 2) return
		const _f2 = _p[2].fn
		try {
			_f2(who, n)
		} catch (_err) {
			_threw(_p[2], _err)
		}
		if (_n === 3) return
		const _f3 = _p[3].fn
		try {
			_f3(who, n)
		} catch (_err) {
			_threw(_p[3], _err)
		}
		for (let _i = 4; _i < _n; _i++) {
			const _f = _p[_i].fn
			try {
				_f(who, n)
			} catch (_err) {
				_threw(_p[_i], _err)
			}
		}
	}
	return (who, n) => {
		if (_e.probes !== null) _run(who, n)
	}
})(traceHello_Event)
export const traceHello_on = /* @__PURE__ */ (
	_e => () =>
		_e.probes !== null
)(traceHello_Event)
export function traceHello_Attach(_group, _probe) {
	return _attach(_group, traceHello_Event, _probe)
}

// async traceSaved(id: number)   hello.ts

export const traceSaved_Event = /* @__PURE__ */ _event({
	'hello:traceSaved': 1,
	probes: null,
	live: null,
	id: 'hello:traceSaved',
	params: ['id: number'],
	hash: '5c1e09aa72d3b4f1',
	source: 'src/hello.ts',
	async: true,
})
export let traceSaved = /* @__PURE__ */ _live(traceSaved_Event, _stub => {
	traceSaved = _stub
})
export const traceSaved_on = /* @__PURE__ */ (
	_e => () =>
		_e.probes !== null
)(traceSaved_Event)
export function traceSaved_Attach(_group, _probe) {
	return _attach(_group, traceSaved_Event, _probe)
}
