let total = 0

/** Without an await: the globs of the plugin match this file, and there is nothing in it to wait at. */
export function add(n) {
	total += n
	return Promise.resolve(total)
}
