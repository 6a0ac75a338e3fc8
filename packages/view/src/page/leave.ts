import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/**
 * Calls a function when the focus goes elsewhere, or the user presses elsewhere: what lies over the page would hide
 * what is used next.
 */
export function useLeave(element: RefObject<HTMLElement | null>, left: () => void): void {
	useEffect(() => {
		const check = ({ target }: Event): void => {
			if (target instanceof Node && element.current?.contains(target) === false) left()
		}
		addEventListener('focusin', check)
		addEventListener('pointerdown', check)
		return () => {
			removeEventListener('focusin', check)
			removeEventListener('pointerdown', check)
		}
	}, [])
}
