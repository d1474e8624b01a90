/** How this machine itself reaches a server that listens on an interface, `0.0.0.0` and `::` being all of them. */
export function hereAt(host: string, port: number): string {
  const name = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${name}:${port}`;
}

/** Whether the host of an address, as `URL.hostname` gives it, is the machine that asks: nobody on a network hears it, and nobody else reaches it. */
export function isHere(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\])$/.test(hostname);
}
