// Imports go one way: between packages, and between the rooms of a package. scripts/layers.js says which.
import { guarded, layers, mayImport, roomsOf } from './layers.js'

/** The folder of a package and the path below its src/; null for other files. */
function placeOf(filename) {
	const file = `/${filename.replaceAll('\\', '/')}`
	for (const folder of Object.keys(layers)) {
		const at = file.lastIndexOf(`/${folder}/src/`)
		if (at >= 0) return { folder, path: file.slice(at + folder.length + 6) }
	}
	return null
}

/** A rule that looks at each import, export from and import(). */
function imports(check) {
	return {
		create(context) {
			const place = placeOf(context.filename)
			if (place === null) return {}
			const look = node => {
				const specifier = node.source?.value
				if (typeof specifier !== 'string') return
				const message = check(place, specifier, node)
				if (message !== null) context.report({ node, message })
			}
			return {
				ImportDeclaration: look,
				ExportNamedDeclaration: look,
				ExportAllDeclaration: look,
				ImportExpression: look,
			}
		},
	}
}

const packages = imports(({ folder, path }, specifier) => {
	if (!mayImport(folder, specifier)) {
		const allowed = layers[folder].join(', ') || 'no package of ours'
		return `${folder} may import ${allowed}: see scripts/layers.js.`
	}
	return guarded.find(g => g.folder === folder && g.specifier.test(specifier) && !g.only.test(path))?.why ?? null
})

// oxlint's no-restricted-imports refuses `import()` as well as `import`, and the difference is the point here.
const compilerOnDemand = imports(({ folder, path }, specifier, node) => {
	const ofTypes = (node.importKind ?? node.exportKind) === 'type'
	if (folder !== 'packages/gen' || path.startsWith('ts/') || ofTypes || node.type === 'ImportExpression') return null
	return /^\.{1,2}\/(.*\/)?ts\//.test(specifier)
		? 'Loading the compiler takes longer than a run that changes nothing: await import() what is in src/ts.'
		: null
})

const rooms = imports(({ folder, path }, specifier) => {
	const order = roomsOf[folder]
	if (order === undefined || !specifier.startsWith('.')) return null
	const roomOf = inside => (inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : '')
	const [from, to] = [path, new URL(specifier, `file:///src/${path}`).pathname.slice('/src/'.length)].map(roomOf)
	return order.indexOf(to) > order.indexOf(from) ? `'${from}/' is below '${to}/' and must not import from it.` : null
})

export default { meta: { name: 'layers' }, rules: { packages, 'compiler-on-demand': compilerOnDemand, rooms } }
