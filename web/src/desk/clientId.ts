// The writer's own name for something said or done: sent again under the same name, it is not done twice.

// Not crypto.randomUUID: browsers have that one only behind https.
export const newClientId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
