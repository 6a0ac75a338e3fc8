export type { Frame } from './builder.js'
export { EventProfile, type ProfileOptions, type ProfileSample, profile } from './eventprofile.js'
export type { Weight } from './weight.js'
