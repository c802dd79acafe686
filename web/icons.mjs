// Icons of the application: pictures of one SVG of a square and circles, which is all it may have.
// Circles keep to the middle four fifths, so that systems may cut the square as they like.
import { deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Draw it as a PNG; a whole one fills its square, for systems that round corners themselves. */
export function png(svg, side, { isWhole = false } = {}) {
  const { ground, circles, size } = read(svg);
  const step = size / side;
  const rows = Buffer.alloc(side * (1 + 4 * side)); // each begins with its filter: none
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [at_x, at_y] = [(x + 0.5) * step, (y + 0.5) * step];
      let colour = ground.fill;
      for (const { cx, cy, r, fill } of circles) {
        const covered = part((r - Math.hypot(at_x - cx, at_y - cy)) / step);
        if (covered) colour = colour.map((one, at) => one + (fill[at] - one) * covered);
      }
      const seen = isWhole ? 1 : part(-outside(at_x, at_y, size, ground.rx) / step);
      rows.set([...colour.map(Math.round), Math.round(255 * seen)], y * (1 + 4 * side) + 1 + 4 * x);
    }
  }
  return file(side, deflateSync(rows, { level: 9 }));
}

function read(svg) {
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)[1]);
  const [ground] = [...svg.matchAll(/<rect [^>]*>/g)].map(attributes);
  return { size, ground, circles: [...svg.matchAll(/<circle [^>]*>/g)].map(attributes) };
}

function attributes([tag]) {
  const { fill, ...found } = Object.fromEntries(
    [...tag.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const numbers = Object.entries(found).map(([name, value]) => [name, Number(value)]);
  const colour = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16));
  return { ...Object.fromEntries(numbers), fill: colour };
}

/** How much of a pixel is covered whose middle is so many pixels inside. */
const part = (inside) => Math.min(1, Math.max(0, inside + 0.5));

/** How far a point is outside of a square with round corners; less than nothing: inside. */
function outside(x, y, size, rx) {
  const [across, down] = [x, y].map((one) => Math.abs(one - size / 2) - size / 2 + rx);
  const beyond = Math.hypot(Math.max(across, 0), Math.max(down, 0));
  return beyond + Math.min(Math.max(across, down), 0) - rx;
}

function file(side, data) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 6], 8); // eight bits of red, green, blue and alpha
  const chunks = [chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

function chunk(kind, data) {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(checksum(named));
  return Buffer.concat([length, named, sum]);
}

/** CRC-32 of ISO 3309, as PNG has it (RFC 2083, 15); of some kilobytes, so bit by bit. */
function checksum(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
