// Preloaded into a Node process: writes the peak of its resident memory, in KB, when it ends.
import { writeFileSync } from 'node:fs'

process.on('exit', () => writeFileSync(process.env.PEAK_REPORT, String(process.resourceUsage().maxRSS)))
