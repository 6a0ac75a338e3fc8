import { setFlagsFromString } from 'node:v8'

/**
 * Keep V8's young generation as small as it is now. It grows while an analysis fills it, though hardly anything in it
 * lives. Measured on Node 20 to 26, an analysis of 50 MB takes 15 to 27 MB less, and 3 to 17 % more time.
 *
 * V8 reads this flag whenever the generation would grow, so it works in a process that has started, which
 * `--max-semi-space-size` does not. A V8 that does not know it would print an error: newer ones are left as they are.
 */
export function keepYoungGenerationSmall(): void {
	if (Number.parseInt(process.versions.node, 10) <= 26) setFlagsFromString('--semi-space-growth-factor=1')
}
