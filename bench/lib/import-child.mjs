// node import-child.mjs [SPECIFIER]: what the first import of a package takes, in ns of the processor, of all threads.
// Without a package: of an empty module, which is what Node takes.
const [specifier = 'data:text/javascript,'] = process.argv.slice(2)
const before = process.cpuUsage()
await import(specifier)
const { user, system } = process.cpuUsage(before)
console.log((user + system) * 1000)
