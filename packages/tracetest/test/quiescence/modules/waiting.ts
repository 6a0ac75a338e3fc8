/** Imported while a test waits for it; it awaits something itself. */
await new Promise(resolve => setTimeout(resolve, 5))

export const late = true
