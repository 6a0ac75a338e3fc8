import { useEffect, useState } from 'preact/hooks'
import type { Client } from './client.js'
import type { FoundInterval, Sum } from './protocol.js'

/** The slowest slices of a name; none until they are found. */
export function useSlowest(client: Client, name: number): readonly FoundInterval[] {
	return useAnswer(async () => client.slowest(name), [name])
}

/** The slices directly within a slice; empty until they are summed up. */
export function useInside(client: Client, interval: number): readonly Sum[] {
	return useAnswer(async () => client.inside(interval), [interval])
}

/** The worker's response to what depends on `about`; ignored if it belongs to an older request. */
export function useAnswer<T>(ask: () => Promise<readonly T[]>, about: readonly unknown[]): readonly T[] {
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
	}, about)
	return answer
}
