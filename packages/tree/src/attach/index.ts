export { type Estimate, megabytes } from './estimate.js'
export { Attachment } from './open.js'
export type { Listener } from './ports.js'
export { AttachRefused } from './refusal.js'
