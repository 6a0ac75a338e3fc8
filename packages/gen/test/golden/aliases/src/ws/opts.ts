export interface Opts {
	readonly ws: true
}
