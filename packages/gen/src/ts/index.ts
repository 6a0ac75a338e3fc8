// The functions that need the compiler. The rest of the generator imports them dynamically, and only through this file.
export { findGlobals } from './ambient.js'
export { checkSignatures } from './check.js'
export { NameChecker } from './checknames.js'
export { closest } from './closest.js'
export { builtinTypes } from './library.js'
export { faultIn } from './lookup.js'
export { parseFile, usesOf } from './parse.js'
export { publicNames } from './public.js'
