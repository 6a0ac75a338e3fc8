export { type Cause, type Change, type CompareOptions, compare, type Difference, type Run } from './compare.js'
