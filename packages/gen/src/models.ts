import { Cache } from './cache.js'
import type { FileModel, NameCheck, ParsedFile } from './model.js'
import type { OnProgress } from './scan.js'
import { readText } from './text.js'
import { stampOf, unknownNames } from './unknownnames.js'

/** Reads files into models, or finds the cached model for the same text. */
export class Models {
	readonly #cache: Cache
	readonly #onProgress: OnProgress

	constructor(cwd: string, onProgress: OnProgress) {
		this.#cache = Cache.open(cwd)
		this.#onProgress = onProgress
	}

	/** The sources at `paths`, in their order. */
	read(paths: readonly string[]): Promise<ParsedFile[]> {
		return this.of(paths.map(path => ({ path, text: readText(path) })))
	}

	/** The sources of files whose text has been read. New ones are checked together, as one program. */
	async of(files: readonly { readonly path: string; readonly text: string }[]): Promise<ParsedFile[]> {
		const sources: ParsedFile[] = []
		const fresh: { at: number; source: ParsedFile }[] = []
		for (const { path, text } of files) {
			const known = this.#cache.get(Cache.key(path, text)) ?? this.#resting(path, text)
			if (known !== undefined) {
				sources.push({ path, text, model: known })
				continue
			}
			this.#onProgress('reading directives')
			const { parseFile } = await import('./ts/index.js')
			const source = { path, text, model: parseFile(path, text) }
			fresh.push({ at: sources.length, source })
			sources.push(source)
		}
		const declaring = fresh.filter(f => f.source.model.events.length > 0)
		if (declaring.length > 0) {
			const { checkSignatures } = await import('./ts/index.js')
			const refused = checkSignatures(declaring.map(f => f.source.model.events))
			for (const item of declaring) item.source = { ...item.source, model: without(item.source.model, refused) }
		}
		for (const { at, source } of fresh) {
			sources[at] = source
			this.keep(source)
		}
		return sources
	}

	/** Cache a model, unless it has names that depend on other files. */
	keep({ path, text, model }: ParsedFile): void {
		if (unknownNames(model).length > 0 || model.problems.some(f => f.code === 'T0020' || f.code === 'T0022')) return
		this.#cache.set(model.rests === undefined ? Cache.key(path, text) : restingKey(path, text), model)
	}

	/** A cached model that uses globals of its project, if the files that declare them have not changed. */
	#resting(path: string, text: string): FileModel | undefined {
		const known = this.#cache.get(restingKey(path, text))
		return known?.rests?.every(rest => stampOf(rest.path) === rest.stamp) ? known : undefined
	}

	/** What showed that a source uses the names of other modules rightly; undefined if nothing did yet. */
	check({ path, text }: ParsedFile): NameCheck | undefined {
		return this.#cache.check(restingKey(path, text))
	}

	setCheck({ path, text }: ParsedFile, check: NameCheck): void {
		this.#cache.setCheck(restingKey(path, text), check)
	}

	/** Write the cache to disk. */
	save(): void {
		this.#cache.save()
	}
}

/** The same text in another directory may have other globals. */
function restingKey(path: string, text: string): string {
	return Cache.key(path, `${path}\0${text}`)
}

function without(
	model: FileModel,
	refused: ReadonlyMap<FileModel['events'][number], FileModel['problems']>,
): FileModel {
	const known = new Set(model.problems.map(f => f.start))
	const problems = model.events.flatMap(e => refused.get(e) ?? []).filter(f => !known.has(f.start))
	const events = model.events.filter(e => !refused.has(e) && e.wrong !== true)
	return events.length === model.events.length
		? model
		: { ...model, events, problems: [...model.problems, ...problems] }
}
