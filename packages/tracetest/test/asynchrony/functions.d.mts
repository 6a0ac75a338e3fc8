export const later: ReadonlySet<string>
export const never: ReadonlySet<string>
export const untried: Readonly<Record<string, string>>
