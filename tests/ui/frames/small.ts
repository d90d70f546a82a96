// Makes a picture small enough to keep: a palette of 256 colours instead of four bytes for each point.
import { crc32, deflateSync } from "node:zlib";
import { PNG } from "pngjs";

const MOST_COLOURS = 256;

/** The same picture with five bits for a colour, or as many as a palette allows; of half the size where that is enough. */
export function small(picture: Buffer, halved: boolean): Buffer {
  const full = PNG.sync.read(picture);
  const { width, height, data } = halved ? half(full) : full;
  for (const bits of [5, 4, 3]) {
    const drawn = indexed(data, bits);
    if (drawn === null) continue;
    const lines = Buffer.alloc(height * (width + 1));
    for (let line = 0; line < height; line++) lines.set(drawn.points.subarray(line * width, (line + 1) * width), line * (width + 1) + 1);
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    // Eight bits for each point, by palette.
    head.set([8, 3, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk("IHDR", head),
      chunk("PLTE", Buffer.from(drawn.palette)),
      chunk("IDAT", deflateSync(lines, { level: 9 })),
      chunk("IEND", Buffer.alloc(0)),
    ]);
  }
  throw new Error("no picture has that many colours");
}

interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Each point is the mean of four. */
function half({ width, height, data }: Picture): Picture {
  const [across, down] = [Math.floor(width / 2), Math.floor(height / 2)];
  const into = new Uint8Array(across * down * 4);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      for (let colour = 0; colour < 4; colour++) {
        const at = (2 * y * width + 2 * x) * 4 + colour;
        const sum = (data[at] ?? 0) + (data[at + 4] ?? 0) + (data[at + width * 4] ?? 0) + (data[at + width * 4 + 4] ?? 0);
        into[(y * across + x) * 4 + colour] = Math.round(sum / 4);
      }
    }
  }
  return { width: across, height: down, data: into };
}

/** Each point as a place in a palette; nothing where there are too many colours at so many bits. */
function indexed(data: Uint8Array, bits: number): { points: Uint8Array; palette: number[] } | null {
  const most = 2 ** bits - 1;
  const rounded = Uint8Array.from({ length: 256 }, (_, value) => Math.round((Math.round((value * most) / 255) * 255) / most));
  const places = new Map<number, number>();
  const palette: number[] = [];
  const points = new Uint8Array(data.length / 4);
  for (let at = 0; at < points.length; at++) {
    const [red, green, blue] = [rounded[data[at * 4] ?? 0] ?? 0, rounded[data[at * 4 + 1] ?? 0] ?? 0, rounded[data[at * 4 + 2] ?? 0] ?? 0];
    const colour = (red << 16) | (green << 8) | blue;
    let place = places.get(colour);
    if (place === undefined) {
      place = places.size;
      if (place === MOST_COLOURS) return null;
      places.set(colour, place);
      palette.push(red, green, blue);
    }
    points[at] = place;
  }
  return { points, palette };
}

function chunk(name: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(content.length, 0);
  around.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}
