import { basename } from 'node:path'
import { FollowedTrace } from './follow.js'
import { openInBrowser } from './open.js'
import { makePage } from './page.js'
import { PageServer } from './pageserver.js'

/** The page of a recording while it is written, in the browser of the user. */
export class RecordingPage {
	readonly #server = new PageServer()
	readonly #followed: FollowedTrace

	/**
	 * @param directory where threads leave their parts
	 * @param output where the trace will be
	 */
	constructor(directory: string, output: string) {
		this.#followed = new FollowedTrace(directory, basename(output), html => this.#server.show(html, null))
		this.#server.show(this.#followed.page(), null)
	}

	/** Serve it, and open it in a browser. */
	async open(): Promise<void> {
		const url = await this.#server.listen(0)
		process.stderr.write(`tsgotrace: the page of the recording: ${url}\n`)
		openInBrowser(url)
	}

	/** The program has ended. Its parts are not read any more. */
	async stop(): Promise<void> {
		await this.#followed.end().catch((error: unknown) => {
			// The recording itself is not affected.
			process.stderr.write(
				`tsgotrace: the page stopped early: ${error instanceof Error ? error.message : String(error)}\n`,
			)
		})
		this.#server.show(this.#followed.page(), null)
	}

	/**
	 * Show the trace that was written, to the last event; pages that are open keep it.
	 * @param output undefined where nothing was written
	 */
	async end(output: string | undefined): Promise<void> {
		try {
			const made = output === undefined ? null : await makePage([output], {})
			if (made !== null && made.html !== null && output !== undefined) await this.#server.showLast(made.html, output)
		} finally {
			this.#server.close()
		}
	}
}
