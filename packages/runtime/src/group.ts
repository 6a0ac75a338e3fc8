/// <reference lib="esnext.disposable" preserve="true" />
// The declarations say what they need: a program with older libraries, and without Node's types, could not be compiled with them.

import { append, without } from './list.js'
import { mustBeLocked, setup } from './lock.js'
import type { Probe } from './probe.js'
import { registry } from './registry.js'

/** See {@link ProbeGroup}. */
export interface ProbeGroupOptions {
	/**
	 * Handles the errors of the group's probes, instead of reporting them as uncaught errors. An error that it throws
	 * itself is reported.
	 */
	readonly onError?: (error: unknown, probe: Probe) => void
	/**
	 * If a probe of a pausable event throws or rejects, reject the promise that the emitting task awaits. For test tools
	 * that reject an event on purpose; all other tools must not disturb the traced code. Default: false.
	 */
	readonly rejectSignaller?: boolean
}

/**
 * A group of probes that are detached together.
 *
 * @example
 * import { attachProbe, events, ProbeGroup, setup } from '@tsgotrace/runtime'
 * using group = new ProbeGroup({ onError: (error, probe) => console.error(probe.event.id, error) })
 * setup(() => events().forEach((event) => attachProbe(group, event, () => console.log(event.id))))
 */
export class ProbeGroup {
	/** The probes of the group that are attached, in the order in which they were added. */
	probes: readonly Probe[] = []
	readonly onError: ((error: unknown, probe: Probe) => void) | undefined
	readonly rejectSignaller: boolean

	constructor(options: ProbeGroupOptions = {}) {
		this.onError = options.onError
		this.rejectSignaller = options.rejectSignaller ?? false
	}

	/**
	 * Add an attached probe. It leaves the group that it was in. A detached probe is not added.
	 *
	 * @throws if called without the tracing lock
	 */
	add(probe: Probe): void {
		mustBeLocked('ProbeGroup.add')
		if (!probe.attached) return
		probe.group?.forget(probe)
		probe.group = this
		this.probes = append(this.probes, probe)
	}

	/**
	 * Detach all probes of the group. Takes the tracing lock itself. Afterwards the group is empty and can be reused.
	 *
	 * @throws if called under the tracing lock
	 */
	done(): void {
		if (registry().lock !== null)
			throw new Error('ProbeGroup.done must not be called under the tracing lock: it takes it itself')
		setup(() => {
			const probes = this.probes
			// Emptied first, so that no detach has to search the list.
			this.probes = []
			for (let i = 0; i < probes.length; i++) probes[i]!.detach()
		})
	}

	[Symbol.dispose](): void {
		this.done()
	}

	/** Called by a probe that is detached. Internal: it does not detach anything. */
	forget(probe: Probe): void {
		this.probes = without(this.probes, probe)
	}
}
