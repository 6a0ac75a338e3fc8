// What the rest of the generator may ask the compiler. Imported dynamically, and by nobody else than through this file.
export { findGlobals } from './ambient.js'
export { checkSignatures } from './check.js'
export { closest, parseFile, usesOf } from './parse.js'
export { publicNames } from './public.js'
