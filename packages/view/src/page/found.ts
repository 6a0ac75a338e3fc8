import { useEffect, useState } from 'preact/hooks'
import type { Client } from './client.js'
import type { Found, Sum } from './protocol.js'

/** The slowest slices of a name; none until they are found. */
export function useSlowest(client: Client, name: number): readonly Found[] {
	return useAnswer(async () => client.slowest(name), name)
}

/** What is directly within a slice; nothing until it is summed up. */
export function useInside(client: Client, interval: number): readonly Sum[] {
	return useAnswer(async () => client.inside(interval), interval)
}

/** What the worker answers; of an older question nothing. */
function useAnswer<T>(ask: () => Promise<readonly T[]>, about: number): readonly T[] {
	const [answer, setAnswer] = useState<readonly T[]>([])
	useEffect(() => {
		let isOver = false
		setAnswer([])
		void ask().then(found => {
			if (!isOver) setAnswer(found)
		})
		return () => {
			isOver = true
		}
	}, [about])
	return answer
}
