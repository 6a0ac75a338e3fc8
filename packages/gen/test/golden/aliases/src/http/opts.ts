export interface Opts {
	readonly http: true
}
