import { A } from './g.js'

export * from './g.js'
export * as ns from './g.js'
export { G as Renamed, default as Std } from './g.js'
export { A as Aa }
