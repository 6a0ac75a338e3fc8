// oxlint's no-restricted-imports refuses `import()` as well as `import`, and the difference is the point here.
const message = 'Loading the compiler takes longer than a run that changes nothing: await import() what is in src/ts.'

const compilerOnDemand = {
	create(context) {
		const check = node => {
			const ofTypes = (node.importKind ?? node.exportKind) === 'type'
			if (!ofTypes && /^\.{1,2}\/(.*\/)?ts\//.test(node.source?.value)) context.report({ node, message })
		}
		return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check }
	},
}

// The rooms of a package, from the bottom up: each imports itself and those before it. Files beside the rooms are the last but one, under the name ''.
const roomsOf = { 'packages/tracetest/src/': ['platform', 'world', 'explore', 'report', '', 'bindings'] }

const rooms = {
	create(context) {
		const file = context.filename.replaceAll('\\', '/')
		const found = Object.entries(roomsOf).find(([src]) => file.includes(src))
		if (found === undefined) return {}
		const [src, order] = found
		const path = file.slice(file.indexOf(src) + src.length)
		const roomOf = inside => (inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : '')
		const check = node => {
			const to = node.source?.value
			if (typeof to !== 'string' || !to.startsWith('.')) return
			const target = roomOf(new URL(to, `file:///src/${path}`).pathname.slice('/src/'.length))
			if (order.indexOf(target) > order.indexOf(roomOf(path)))
				context.report({ node, message: `'${roomOf(path)}/' is below '${target}/' and must not import from it.` })
		}
		return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check }
	},
}

export default { meta: { name: 'layers' }, rules: { 'compiler-on-demand': compilerOnDemand, rooms } }
