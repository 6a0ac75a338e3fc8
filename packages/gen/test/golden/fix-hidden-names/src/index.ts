export * from './starred.js'
