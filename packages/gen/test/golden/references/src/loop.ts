export * from './more.js'
export interface Loop { l: 1 }
