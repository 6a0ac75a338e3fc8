// All directives of this directory were removed.
export const gone: number = 1
