// A run: where its vehicles are at any time, what its signals show, how its links flow.
const HALTING_MPS = 1;
class Run {
  static async load(index) {
    const run = new Run();
    run.index = index;
    run.meta = await blobJson(`run${index}`);
    run.readDrives(new Varints(await blob(`run${index}-keys`)));
    run.readSignals(new Varints(await blob(`run${index}-signals`)));
    run.links = { 1: await blob(`run${index}-links`), 5: await blob(`run${index}-links5`) };
    run.count = 0;
    run.time = NaN;
    return run;
  }
  readDrives(source) {
    const [drives, n] = source.take(2);
    this.vehicle = source.sums(drives);
    this.first = new Int32Array(drives + 1);
    const counts = source.take(drives);
    for (let d = 0; d < drives; d++) this.first[d + 1] = this.first[d] + counts[d];
    const column = (scale) => undoDeltas(source.take(n), this.first, scale);
    this.t = column(this.meta.tick);
    this.x = column(this.meta.quantum);
    this.y = column(this.meta.quantum);
    this.heading = column(Math.PI / 128);
    this.cursor = this.first.slice(0, drives);
    this.drivesOf = new Map();
    this.vehicle.forEach((v, d) => this.drivesOf.set(v, [...(this.drivesOf.get(v) || []), d]));
    for (const name of ["who", "drive"]) this[name] = new Int32Array(drives);
    for (const name of ["px", "py", "angle", "mps"]) this[name] = new Float64Array(drives);
  }
  readSignals(source) {
    const { groups, changes } = this.meta.signals;
    const group = source.sums(changes);
    this.signalFirst = new Int32Array(groups + 1);
    for (const g of group) this.signalFirst[g + 1]++;
    for (let g = 0; g < groups; g++) this.signalFirst[g + 1] += this.signalFirst[g];
    this.signalTime = undoDeltas(source.take(changes), this.filledFirsts(group), 0.001);
    this.signalState = Uint8Array.from(source.take(changes));
    this.state = new Uint8Array(groups);
  }
  filledFirsts(group) {
    const out = [];
    group.forEach((g, i) => { if (i === 0 || group[i - 1] !== g) out.push(i); });
    return Int32Array.from([...out, group.length]);
  }
  // Fills who, px, py, angle, mps for the vehicles in the network at `t`.
  seek(t) {
    if (t === this.time) return;
    this.time = t;
    let n = 0, total = 0, halting = 0;
    for (let d = 0; d + 1 < this.first.length; d++) {
      const lo = this.first[d], hi = this.first[d + 1] - 1;
      if (t < this.t[lo] || t > this.t[hi]) continue;
      const i = this.keyBefore(d, t);
      const j = Math.min(i + 1, hi), span = this.t[j] - this.t[i];
      const part = span > 0 ? (t - this.t[i]) / span : 0;
      const dx = this.x[j] - this.x[i], dy = this.y[j] - this.y[i];
      this.who[n] = this.vehicle[d];
      this.drive[n] = d;
      this.px[n] = this.x[i] + dx * part;
      this.py[n] = this.y[i] + dy * part;
      this.angle[n] = this.heading[i] + (this.heading[j] - this.heading[i]) * part;
      const mps = span > 0 ? Math.hypot(dx, dy) / span : 0;
      this.mps[n] = mps;
      total += mps;
      if (mps < HALTING_MPS) halting++;
      n++;
    }
    Object.assign(this, { count: n, meanMps: n ? total / n : NaN, halting });
    for (let g = 0; g < this.state.length; g++) this.state[g] = this.signalAt(g, t);
  }
  keyBefore(d, t) {
    const last = this.first[d + 1] - 1;
    let i = this.cursor[d];
    if (this.t[i] > t || (i + 8 < last && this.t[i + 8] <= t)) {
      let lo = this.first[d], hi = last;
      while (lo < hi) {
        const mid = (lo + hi + 1) >> 1;
        if (this.t[mid] <= t) lo = mid; else hi = mid - 1;
      }
      i = lo;
    }
    while (i < last && this.t[i + 1] <= t) i++;
    return this.cursor[d] = i;
  }
  signalAt(g, t) {
    let lo = this.signalFirst[g], hi = this.signalFirst[g + 1];
    const begin = lo;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (this.signalTime[mid] <= t) lo = mid + 1; else hi = mid;
    }
    return lo > begin ? this.signalState[lo - 1] : 255;
  }
  // Class of each road in the bin of `t`, or null; and the bin's number.
  linksAt(t, minutes) {
    const { bins, roads, bin } = this.meta.links;
    const n = minutes === 5 ? Math.ceil(bins / this.meta.links.coarse) : bins;
    if (!n || t < 0) return [-1, null];
    const at = Math.min(Math.floor(t / (bin * minutes)), n - 1);
    return [at, this.links[minutes].subarray(at * roads, (at + 1) * roads)];
  }
  slotOf(vehicle) {
    for (let i = 0; i < this.count; i++) if (this.who[i] === vehicle) return i;
    return -1;
  }
  // All keyframes of a vehicle's drives, and metres driven until `t`.
  pathOf(vehicle, t) {
    let driven = 0;
    const drives = (this.drivesOf.get(vehicle) || []).map((d) => {
      const points = [];
      for (let i = this.first[d]; i < this.first[d + 1]; i++) {
        points.push([this.x[i], this.y[i], this.t[i]]);
        if (i > this.first[d] && this.t[i - 1] < t) {
          const part = Math.min((t - this.t[i - 1]) / (this.t[i] - this.t[i - 1]), 1);
          driven += part * Math.hypot(this.x[i] - this.x[i - 1], this.y[i] - this.y[i - 1]);
        }
      }
      return points;
    });
    return { drives, driven };
  }
}
