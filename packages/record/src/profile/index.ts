export { EventProfile, type ProfileOptions, profile, type Weight } from './eventprofile.js'
