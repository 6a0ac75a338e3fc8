import type { Opener } from './open.js'

/** A button that chooses files. */
export function Choose({ opener }: { readonly opener: Opener }) {
	return (
		<label class="choose">
			open a file{' '}
			<input
				type="file"
				multiple
				onChange={event => {
					void opener.files([...(event.currentTarget.files ?? [])])
					event.currentTarget.value = ''
				}}
			/>
		</label>
	)
}
