// Sealed papers: 12 bytes of nonce, then AES-256-GCM over the plain paper's JSON. Pure; `subtle` is the browser's.

const NONCE = 12;

/** The bytes of a standard base64 text. */
export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Hex SHA-256 of some bytes. */
export async function digest(bytes, subtle) {
  const hash = new Uint8Array(await subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Bytes as JSON. Throws SyntaxError. */
export const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** The paper in a sealed file (ArrayBuffer), by its key (base64). Throws when the key or the file is another. */
export async function unsealed(file, key, subtle) {
  const opener = await subtle.importKey("raw", bytesOf(key), "AES-GCM", false, ["decrypt"]);
  const bytes = new Uint8Array(file);
  return parsed(await subtle.decrypt({ name: "AES-GCM", iv: bytes.slice(0, NONCE) }, opener, bytes.slice(NONCE)));
}
