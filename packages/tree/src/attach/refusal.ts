/** Why the tool does not attach to a process. */
export class AttachRefused extends Error {
	override name = 'AttachRefused'
}
