export interface Code {
	readonly value: number
}
export const ok: Code = { value: 200 }
