// What a name means, across modules.
import type { Message } from '../diagnostic.js'
import { messages } from '../messages.js'
import type { Reference } from '../model.js'
import { closest } from './closest.js'
import type { Alias, Entity, Outline, TypeParameter } from './outline.js'

/** What a name stands for: something that was declared, or a whole module. */
type Meaning = { readonly entity: Entity; readonly path: string } | { readonly module: string }

/**
 * `missing` only if it is certain: nothing has the name. `unknown`: something that cannot be found, or not without a
 * type checker.
 */
type Found = Meaning | 'missing' | 'unknown'

/** The modules of a program, as far as they are known. */
export interface Modules {
	/** The file that `module` means in the file at `path`; null if that is not known. */
	readonly resolve: (module: string, path: string) => string | null
	/** Null for what is no TypeScript module. `name` is what it is wanted for. */
	readonly outline: (path: string, name: string) => Outline | null
	/** Whether all that a module exports is in its own files: other packages may add to an installed one. */
	readonly isComplete: (path: string) => boolean
}

/** How many modules are looked at for one name that `export *` may lead to. */
const maxModules = 200

/** Looks names up in modules. */
export class Lookup {
	readonly #modules: Modules

	constructor(modules: Modules) {
		this.#modules = modules
	}

	/** What `name` of a module stands for in the file at `path` that imports it. */
	imported(alias: Alias, path: string): Found {
		return this.#aliased(alias, path, new Set())
	}

	/** What is wrong with a reference to it, if that is certain. */
	fault(shown: string, reference: Reference, found: Found): Message | null {
		const { members, meaning, args } = reference
		let at = found
		let name = shown
		for (const member of members) {
			if (typeof at === 'string') return null
			if ('entity' in at) {
				if (meaning === 'value') {
					if (!at.entity.value) return noValue(name, at.entity)
					if (at.entity.object || member in Object.prototype) return null
				}
				if (at.entity.namespace === null) return messages.wrongKind(name, 'type', true)
			}
			const next = this.#member(at, member)
			if (next === 'missing') return messages.noMember(name, member, this.#near(at, member))
			at = next
			name += `.${member}`
		}
		if (typeof at === 'string') return null
		if ('module' in at) return meaning === 'type' ? messages.namespaceAsType(name) : null
		const { type, value, namespace, parameters } = at.entity
		if (meaning === 'value') return value ? null : noValue(name, at.entity)
		if (!type) return namespace === null ? messages.wrongKind(name, 'type', false) : messages.namespaceAsType(name)
		return parameters === null ? null : argumentFault(name, parameters, args)
	}

	#member(meaning: Meaning, name: string): Found {
		if ('module' in meaning) return this.#exported(name, meaning.module, new Set())
		const { path } = meaning
		const outline = meaning.entity.namespace!
		const own = outline.exports.get(name)
		if (typeof own === 'string') return this.#named(own, outline, path, new Set())
		return own === undefined && !outline.open && this.#modules.isComplete(path) ? 'missing' : 'unknown'
	}

	#near(meaning: Meaning, name: string): string | undefined {
		const outline = 'module' in meaning ? this.#modules.outline(meaning.module, name) : meaning.entity.namespace
		return closest(name, outline?.exports.keys() ?? [], n => n)
	}

	#named(name: string, outline: Outline, path: string, seen: Set<string>): Found {
		const entity = outline.names.get(name)
		const alias = outline.imports.get(name)
		if (alias === undefined) return entity === undefined ? 'unknown' : { entity, path }
		return alias === null || entity !== undefined ? 'unknown' : this.#aliased(alias, path, seen)
	}

	#aliased({ module, name }: Alias, from: string, seen: Set<string>): Found {
		const path = this.#modules.resolve(module, from)
		if (path === null) return 'unknown'
		if (name !== '*') {
			// What the default of a module is may depend on the kinds of both.
			if (name === 'default' && !(isPlain(path) && isPlain(from))) return 'unknown'
			return this.#exported(name, path, seen)
		}
		const outline = this.#modules.outline(path, name)
		return outline === null || outline.open ? 'unknown' : { module: path }
	}

	#exported(name: string, path: string, seen: Set<string>): Found {
		// Modules may export all of each other.
		const key = `${path}\0${name}`
		if (seen.has(key)) return 'missing'
		seen.add(key)
		const outline = seen.size > maxModules ? null : this.#modules.outline(path, name)
		if (outline === null) return 'unknown'
		const own = outline.exports.get(name)
		if (own === null) return 'unknown'
		if (typeof own === 'string') return this.#named(own, outline, path, seen)
		if (own !== undefined) return this.#aliased(own, path, seen)
		let unknown = outline.open || name === 'default' || !this.#modules.isComplete(path)
		for (const star of outline.stars) {
			const other = this.#modules.resolve(star, path)
			const found = other === null ? 'unknown' : this.#exported(name, other, seen)
			if (typeof found === 'object') return found
			if (found === 'unknown') unknown = true
		}
		return unknown ? 'unknown' : 'missing'
	}
}

/**
 * What is wrong with a reference to a name, as far as its declarations tell.
 *
 * @param whole whether `entity` is all that the name stands for
 */
export function faultIn(name: string, reference: Reference, entity: Entity, whole = false): Message | null {
	const modules: Modules = { resolve: () => null, outline: () => null, isComplete: () => whole }
	return new Lookup(modules).fault(name, reference, { entity, path: '' })
}

/** What is wrong with `args` type arguments of something that has `parameters`. */
export function argumentFault(name: string, parameters: readonly TypeParameter[], args: number): Message | null {
	const required = parameters.filter(p => !p.optional)
	const [least, most] = [required.length, parameters.length]
	if (args >= least && args <= most) return null
	const form = (shown: readonly TypeParameter[]): string => `${name}<${shown.map(p => p.name).join(', ')}>`
	return messages.typeArguments(name, args, { least, most, required: form(required), all: form(parameters) })
}

function noValue(name: string, { type }: Entity): Message {
	return type ? messages.wrongKind(name, 'value', false) : messages.namespaceAsValue(name)
}

/** Whether a file is no declaration and none whose extension says what kind of module it is. */
function isPlain(path: string): boolean {
	return /(?<!\.d)\.tsx?$/.test(path)
}
