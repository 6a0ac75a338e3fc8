/** Imported while a test waits for it. */
export const late = true
