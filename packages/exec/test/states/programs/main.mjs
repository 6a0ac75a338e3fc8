// The first task of a recording, for which all is done for the first time.
import { setTimeout as sleep } from 'node:timers/promises'

for (let i = 0; i < 5; i++) {
	for (const began = performance.now(); performance.now() < began + 5; );
	await sleep(5)
}
