// Text that looks like a directive: each is a string, a template, a regular expression or JSX, and none is reported.
export const strings: readonly string[] = [
	'//trace:event traceA()',
	"//trace:event traceB()",
	`
//trace:event traceC()
${`
//trace:event traceD()
`}
//trace:event traceE()`,
	'\
//trace:event traceF()',
]
export const url = 'http://trace:event/traceG()'
export const regex: RegExp = /\/\/trace:event traceH()/
export const classy: RegExp = /[/]/; export const more: RegExp = /[//trace:event traceI()]/
export const quotient: number = 4 / 2 //trace is no directive
export const key: Record<string, string> = { '//trace:event traceJ()': '' }
declare const View: (props: { children?: unknown; title?: string }) => never
export const jsx = (): unknown => (
	<View title="
//trace:event traceK()
">
		//trace:event traceL()
		{'//trace:event traceM()'}
	</View>
)
// Prose may speak of trace:event and of //trace:event directives, as long as it is prose.
// See the docs on "trace: event handling" and trace:import of modules.
/* trace:event is explained elsewhere */
