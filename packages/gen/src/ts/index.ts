// The functions that need the compiler. The rest of the generator imports them dynamically, and only through this file.
export { findGlobals } from './ambient.js'
export { checkSignatures } from './check.js'
export { builtinTypes } from './library.js'
export { closest, parseFile, usesOf } from './parse.js'
export { publicNames } from './public.js'
