// Whether an IPv4 address lies in a block, for telling which pool an interface belongs to.

function number(address: string): number | null {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** `address` may carry a prefix length of its own, which is of no account here. */
export function liesIn(address: string, block: string): boolean {
  const [base = "", length = "32"] = block.split("/");
  const [a, b] = [number(address.split("/")[0] ?? ""), number(base)];
  if (a === null || b === null) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(a / size) === Math.floor(b / size);
}
