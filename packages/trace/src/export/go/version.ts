/** The versions of Go whose header can be written. Go 1.24 writes that of 1.23, and Go 1.27 that of 1.26. */
export const goVersions = ['1.22', '1.23', '1.25', '1.26'] as const
export type GoVersion = (typeof goVersions)[number]
