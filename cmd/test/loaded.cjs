// Loaded before the tool: writes at its end which CommonJS modules it has loaded, the compiler being one.
const { writeFileSync } = require('node:fs')
const Module = require('node:module')

process.on('exit', () => writeFileSync(process.env.TSGOTRACE_LOADED, JSON.stringify(Object.keys(Module._cache))))
