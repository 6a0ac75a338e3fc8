import { traceRendered, traceShared } from './ztrace.js'

declare global {
	namespace JSX {
		interface IntrinsicElements {
			p: { children?: unknown }
		}
		interface Element {
			readonly view: true
		}
	}
}

export interface Props {
	readonly name: string
}
//trace:event traceRendered(props: Props, took: number)
export function View(props: Props): JSX.Element {
	traceRendered(props, 0)
	traceShared()
	return (
		<p>
			{/* text, no directive: */}
			//trace:event traceText()
			{props.name}
		</p>
	)
}
