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

export default { meta: { name: 'layers' }, rules: { 'compiler-on-demand': compilerOnDemand } }
