export type { Frame } from '@tsgotrace/trace/format/pprof'
export { EventProfile, type ProfileOptions, type ProfileSample, profile } from './eventprofile.js'
export type { Weight } from './weight.js'
