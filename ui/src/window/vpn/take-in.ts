// A dropped or chosen file on its way to the import: checked for size before it is read.

/** What the import takes at most; a larger file is none of a VPN client's. */
export const LARGEST_PROFILE = 8 * 1024 * 1024;

export type TakenIn = { name: string; content: string } | { refused: "too-large" | "empty" | "unreadable"; name: string };

/** Reads a file into base64, unless it cannot be a profile. */
export async function takeIn(file: File): Promise<TakenIn> {
  const name = file.name;
  if (file.size > LARGEST_PROFILE) return { refused: "too-large", name };
  if (file.size === 0) return { refused: "empty", name };
  try {
    return { name, content: base64(new Uint8Array(await file.arrayBuffer())) };
  } catch {
    // A folder, or a file that was removed or may not be read.
    return { refused: "unreadable", name };
  }
}

function base64(bytes: Uint8Array): string {
  // In pieces: a call takes only so many arguments.
  const piece = 0x8000;
  let text = "";
  for (let at = 0; at < bytes.length; at += piece) {
    text += String.fromCharCode(...bytes.subarray(at, at + piece));
  }
  return btoa(text);
}
