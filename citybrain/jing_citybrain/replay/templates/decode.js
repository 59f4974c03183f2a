// Text of the page -> bytes -> numbers; the counterpart of packing.py.
function fromBase64(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const raw = atob(text);
  const out = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i);
  return out;
}
async function blob(name) {
  const node = byId(`blob-${name}`);
  const stream = new Blob([fromBase64(node.textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
  node.remove();
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
const blobText = async (name) => new TextDecoder().decode(await blob(name));
const blobJson = async (name) => JSON.parse(await blobText(name));

class Varints {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  next() {
    let shift = 1, value = 0, byte;
    do {
      byte = this.bytes[this.at++];
      value += (byte & 127) * shift;
      shift *= 128;
    } while (byte > 127);
    return value % 2 ? -(value + 1) / 2 : value / 2;
  }
  take(n) {
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) out[i] = this.next();
    return out;
  }
  sums(n) {
    const out = this.take(n);
    for (let i = 1; i < n; i++) out[i] += out[i - 1];
    return out;
  }
}
// Differences within each drive; a drive's first value counts from the drive before it.
function undoDeltas(values, first, scale) {
  const out = new Float64Array(values.length);
  let begin = 0;
  for (let d = 0; d + 1 < first.length; d++) {
    let run = begin += values[first[d]];
    out[first[d]] = run * scale;
    for (let i = first[d] + 1; i < first[d + 1]; i++) out[i] = (run += values[i]) * scale;
  }
  return out;
}
