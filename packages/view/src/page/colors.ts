import { cpuPrefix, runPrefix, statePrefix } from '../data/header.js'
import type { PageColors } from './protocol.js'

/**
 * Each has a contrast of at least 3 to its background, and they remain as distinguishable for colour-blind people as
 * seven colours can be.
 */
const light = [
	'#005d44',
	'#0f54dc',
	'#c78600',
	'#9a6e42',
	'#7b8490',
	'#a34df0',
	'#aa0005',
	'#00819c',
	'#b3478f',
	'#5b7a00',
	'#3f4954',
]
const dark = [
	'#1cdea8',
	'#5b80e0',
	'#f9aa00',
	'#dd6a10',
	'#939caa',
	'#bda7ff',
	'#e0584c',
	'#2fb8d8',
	'#e283c0',
	'#a4c639',
	'#d3dae3',
]
/** Those that no state has: names have them where there are states, so that a colour of the legend means one thing. */
const ofNoState = [7, 8, 9, 10]

/**
 * States of tasks, in the order in which they are stacked. Members of a family share a colour: twelve cannot all
 * differ.
 */
const states: readonly (readonly [string, string, string])[] = [
	['running', '#005d44', '#1cdea8'],
	['runnable', '#0f54dc', '#5b80e0'],
	['sync', '#aa0005', '#e0584c'],
	['net', '#c78600', '#f9aa00'],
	['dns', '#c78600', '#f9aa00'],
	['fs', '#9a6e42', '#dd6a10'],
	['pool', '#a34df0', '#bda7ff'],
	['worker', '#a34df0', '#bda7ff'],
	['child', '#a34df0', '#bda7ff'],
	['timer', '#7b8490', '#939caa'],
	['immediate', '#7b8490', '#939caa'],
	['unknown', '#a9b2bd', '#59626d'],
]

/** The position of a state in a stack; everything else is on top. */
export function layerOf(name: string): number {
	const at = states.findIndex(([state]) => name === `${statePrefix}${state}`)
	return at < 0 ? states.length : at
}

function statesOf(theme: 0 | 1): ReadonlyMap<string, string> {
	return new Map(states.map(([state, ...colors]) => [`${statePrefix}${state}`, colors[theme]]))
}

export interface Theme {
	readonly background: string
	readonly text: string
	readonly faint: string
	readonly grid: string
	readonly accent: string
	readonly dimmed: string
	/** The critical path. */
	readonly path: string
	readonly names: readonly string[]
	/** By `state:` and the state. */
	readonly states: ReadonlyMap<string, string>
}

export function themeOf(isDark: boolean): Theme {
	return isDark
		? {
				background: '#0f1318',
				text: '#e6eaf0',
				faint: '#9aa5b1',
				grid: '#252c35',
				accent: '#8ab4ff',
				dimmed: '#2b323b',
				path: '#ff5fd2',
				names: dark,
				states: statesOf(1),
			}
		: {
				background: '#ffffff',
				text: '#16191d',
				faint: '#57606a',
				grid: '#e3e8ee',
				accent: '#0f54dc',
				dimmed: '#dfe5ec',
				path: '#c4007a',
				names: light,
				states: statesOf(0),
			}
}

/**
 * The colours of the names of a trace. The names that take most time get unique ones, and the same in every trace if
 * possible.
 */
export class Palette {
	readonly #slots = new Map<string, number>()
	readonly #free: readonly number[]

	/** @param names most important ones first */
	constructor(names: readonly string[]) {
		this.#free = names.some(name => name.startsWith(statePrefix)) ? ofNoState : [...light.keys()]
		const { length } = this.#free
		let taken = new Set<number>()
		for (const name of names) {
			if ([statePrefix, runPrefix, cpuPrefix].some(prefix => name.startsWith(prefix))) continue
			if (taken.size === length) taken = new Set()
			let slot = hash(name) % length
			while (taken.has(slot)) slot = (slot + 1) % length
			taken.add(slot)
			this.#slots.set(name, slot)
		}
	}

	of(name: string, { names, states }: Theme): string {
		const own = name.startsWith(runPrefix) ? name.slice(runPrefix.length) : name
		return states.get(name) ?? names[this.#free[this.#slots.get(own) ?? hash(own) % this.#free.length]!]!
	}
}

function hash(name: string): number {
	let value = 2_166_136_261
	for (let i = 0; i < name.length; i++) value = Math.imul(value ^ name.charCodeAt(i), 16_777_619)
	return value >>> 8
}

/** Black or white, whichever is more readable on a colour. */
export function inkOn(color: string): string {
	const [r, g, b] = [1, 3, 5]
		.map(at => Number.parseInt(color.slice(at, at + 2), 16) / 255)
		.map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
	return 0.2126 * r! + 0.7152 * g! + 0.0722 * b! > 0.179 ? '#000000' : '#ffffff'
}

export function colorsOf(names: readonly string[], palette: Palette, theme: Theme): PageColors {
	return {
		background: pixel(theme.background),
		names: Uint32Array.from(names, name => pixel(palette.of(name, theme))),
		dimmed: pixel(theme.dimmed),
		line: pixel(theme.accent),
	}
}

function pixel(color: string): number {
	const value = Number.parseInt(color.slice(1), 16)
	return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0
}
