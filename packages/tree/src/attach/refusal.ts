/** Why a process is left alone. */
export class AttachRefused extends Error {
	override name = 'AttachRefused'
}
