import type { Server } from 'node:http'

/** A server that listens on loopback. */
export function fastify(): Promise<Server>
export function expressApp(): Promise<Server>
export function hono(): Promise<Server>
