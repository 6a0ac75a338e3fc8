/**
 * Replaces an argument before it is recorded.
 *
 * @param value the argument
 * @param id the id of the event
 * @param param the name of the parameter
 * @returns what is written instead
 */
export type Redactor = (value: unknown, id: string, param: string) => unknown
