export type { Frame } from '@tsgotrace/trace/format/pprof'
export { EventProfile, type EventProfileSample, type ProfileOptions, profile } from './eventprofile.js'
export type { Weight } from './weight.js'
