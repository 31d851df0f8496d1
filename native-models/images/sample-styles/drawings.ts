import {
  chanceOf,
  clamp,
  flowLine,
  hex,
  layered,
  mix,
  noiseOf,
  ramp,
  scaled,
  scattered,
  Sheet,
  type Chance,
  type Color,
  type Mark,
  type Point,
} from './sheet.ts';

/** Draws a square of so many pixels a side; the same for the same side, on every machine. */
export type Drawing = (side: number) => Sheet;

/** Everything is measured on a sheet of this side, and scaled. */
const UNIT = 1024;

const pick = (colors: readonly Color[], share: number): Color => {
  const at = clamp(share, 0, 0.9999) * (colors.length - 1);
  const i = Math.floor(at);
  return mix(colors[i]!, colors[i + 1] ?? colors[i]!, at - i);
};

const streaks = noiseOf(1);

/** Paint from a bristle brush: streaks along, ragged ends, ridges that catch the light. */
function bristles(color: Color, chance: Chance, thickness = 1): (a: number, c: number) => Mark {
  const phase = 250 * chance();
  const start = 250 * chance();
  return (along, across) => {
    const streak = streaks(across * 4 + phase, along * 1.5 + start);
    const fine = streaks(across * 9 - phase, along * 2.5 - start);
    const end = Math.min(along, 1 - along) * 7 + 0.35 * streak;
    const rim = 1 - Math.abs(across) ** 4;
    return {
      color: scaled(color, 1 + 0.2 * streak + 0.12 * fine),
      cover: clamp(end + 0.25) * ramp(rim, 0.05, 0.4),
      height: thickness * (0.5 + 0.35 * streak + 0.25 * fine + 0.4 * Math.abs(across) ** 2),
    };
  };
}

/** Long strokes of thick paint that turn around stars, over hills. */
const night: Drawing = (side) => {
  const s = side / UNIT;
  const chance = chanceOf(11);
  const waves = layered(noiseOf(12), 3);
  const sheet = new Sheet(side, hex('#16244f'));
  const stars = [
    [250, 230, 150, 1],
    [700, 170, 115, -1],
    [520, 470, 190, 1],
    [880, 420, 105, 1],
    [90, 520, 95, -1],
  ] as const;
  const hill = (x: number) => 800 + 60 * Math.sin(x / 170) + 50 * waves(x / 300, 3);
  const angle = (x: number, y: number) => {
    const [u, v] = [x / s, y / s];
    let [dx, dy] = [1, 0.9 * waves(u / 330, v / 230)];
    if (v > hill(u)) return -0.25 + 0.9 * waves(u / 200, v / 160);
    for (const [cx, cy, radius, turn] of stars) {
      const [rx, ry] = [u - cx, v - cy];
      const near = 3.2 * Math.exp(-((Math.hypot(rx, ry) / radius) ** 2));
      const distance = Math.hypot(rx, ry) || 1;
      dx += (near * turn * -ry) / distance;
      dy += (near * turn * rx) / distance;
    }
    return Math.atan2(dy, dx);
  };
  const sky = ['#12204a', '#1c3d7a', '#2a5ea8', '#4f8fc0', '#93c0cf', '#d8e4cd'].map(hex);
  const land = ['#0d1c22', '#123336', '#20503f', '#456b3c', '#8b8f46'].map(hex);
  const glow = ['#fff6c9', '#fbdc6a', '#eab13c', '#c9a85a'].map(hex);
  const colorAt = (x: number, y: number): Color => {
    const [u, v] = [x / s, y / s];
    const shade = 0.42 + 0.55 * waves(u / 210 + 9, v / 120) + 0.34 * (chance() - 0.5);
    if (v > hill(u)) return pick(land, shade - 0.1 + (v - hill(u)) / 1400);
    for (const [cx, cy, radius] of stars) {
      const ring = Math.hypot(u - cx, v - cy) / radius;
      if (ring < 0.75 + 0.25 * (chance() - 0.5)) return pick(glow, ring * 1.15);
    }
    return pick(sky, shade);
  };
  for (const [gap, radius, count] of [
    [17, 11, 6],
    [12, 6.5, 6],
    [19, 4, 4],
  ] as const)
    for (const point of scattered(side, gap * s, chance))
      sheet.stroke(
        flowLine(point, angle, count, 14 * s),
        radius * s * (0.8 + 0.4 * chance()),
        bristles(colorAt(...point), chance),
      );
  sheet.light(0.42);
  return sheet;
};

/** Short dabs of light color: grass and flowers under a bright sky. */
const meadow: Drawing = (side) => {
  const s = side / UNIT;
  const chance = chanceOf(21);
  const drift = layered(noiseOf(22), 3);
  const sheet = new Sheet(side, hex('#c9c59b'));
  const sky = ['#7fb2d6', '#a9cfe2', '#dfe9e4', '#f6ead2', '#f3d2c4'].map(hex);
  const grass = ['#274d2c', '#3f7338', '#6d9a46', '#a6bd59', '#dcd67c'].map(hex);
  const flowers = ['#d8331f', '#ee6a2b', '#f4f0e6', '#b77bc0', '#f3c33c', '#e0537c'].map(hex);
  const horizon = (u: number) => 330 + 45 * drift(u / 260, 0.5);
  const dab = (x: number, y: number, small: boolean) => {
    const [u, v] = [x / s, y / s];
    const light = 0.5 + 0.7 * drift(u / 170, v / 90) + 0.4 * (chance() - 0.5);
    if (v < horizon(u)) return { color: pick(sky, light), angle: 0.35 * drift(u / 200, v / 80) };
    const patch = drift(u / 110 + 40, v / 70);
    const isFlower = small && patch > 0.08 && chance() < 0.62;
    const kind = Math.floor(clamp(0.5 + 0.9 * drift(u / 240 + 7, v / 160), 0, 0.99) * 6);
    const color = isFlower
      ? scaled(flowers[chance() < 0.75 ? kind : Math.floor(6 * chance())]!, 0.85 + 0.3 * chance())
      : pick(grass, light - 0.12 + (1024 - v) / 3200);
    return { color, angle: isFlower ? 3 * chance() : -1.35 + 0.7 * drift(u / 90, v / 60) };
  };
  for (const [gap, radius, length, small] of [
    [14, 11, 34, false],
    [10, 6.5, 20, true],
    [13, 5, 11, true],
  ] as const)
    for (const [x, y] of scattered(side, gap * s, chance)) {
      const { color, angle } = dab(x, y, small);
      const path = flowLine([x, y], () => angle + 0.25 * (chance() - 0.5), 3, (length * s) / 3);
      sheet.stroke(path, radius * s * (0.75 + 0.5 * chance()), bristles(color, chance, 0.8));
    }
  sheet.light(0.38);
  return sheet;
};

/** Small stones in rows around an ornament, with dark joints. */
const mosaic: Drawing = (side) => {
  const s = side / UNIT;
  const chance = chanceOf(31);
  const drift = layered(noiseOf(32), 2);
  const sheet = new Sheet(side, hex('#4a4036'));
  const gap = 21 * s;
  const cells = Math.ceil(side / gap) + 3;
  const stones: Point[] = [];
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++)
      stones.push([
        (column - 1 + 0.5 * (row % 2) + 0.5 * (chance() - 0.5)) * gap,
        (row - 1 + 0.42 * (chance() - 0.5)) * gap,
      ]);
  const blues = ['#12305e', '#1f5b95', '#2f8fb5', '#7cc4c4'].map(hex);
  const warm = ['#8d2f1f', '#c2562c', '#dd9a3c', '#f0cf72'].map(hex);
  const pale = ['#cfc3a2', '#e9e0c6', '#f6f0de'].map(hex);
  const greens = ['#1d4b3a', '#3d7a4c', '#8aa758'].map(hex);
  const families = [blues, pale, warm, blues, greens, warm];
  const looks = stones.map(([x, y]) => {
    const [u, v] = [x / s, y / s];
    const [du, dv] = [u - 470 + 60 * drift(u / 200, v / 200), v - 560];
    const ring = Math.hypot(du, dv) / 96 + 0.45 * Math.sin(6 * Math.atan2(dv, du));
    const family = families[Math.floor(Math.abs(ring)) % families.length]!;
    const color = pick(family, 0.5 + 0.55 * drift(u / 120, v / 120) + 0.75 * (chance() - 0.5));
    return {
      color: scaled(color, 0.88 + 0.24 * chance()),
      tilt: [0.05 * (chance() - 0.5), 0.05 * (chance() - 0.5)] as const,
    };
  });
  const grain = layered(noiseOf(33), 3);
  sheet.each((x, y, joint) => {
    const [column, row] = [Math.floor(x / gap) + 1, Math.floor(y / gap) + 1];
    let [first, second, best] = [Infinity, Infinity, 0];
    for (let r = Math.max(0, row - 2); r <= Math.min(cells - 1, row + 2); r++)
      for (let c = Math.max(0, column - 2); c <= Math.min(cells - 1, column + 2); c++) {
        const [sx, sy] = stones[r * cells + c]!;
        // Stones are squarish: between the distance as the crow flies and the larger of both ways.
        const [dx, dy] = [Math.abs(x - sx), Math.abs(y - sy)];
        const distance = 0.45 * Math.hypot(dx, dy) + 0.55 * Math.max(dx, dy);
        if (distance < first) [second, first, best] = [first, distance, r * cells + c];
        else if (distance < second) second = distance;
      }
    const edge = (second - first) / s;
    const { color, tilt } = looks[best]!;
    const rough = grain(x / (9 * s), y / (9 * s));
    const [sx, sy] = stones[best]!;
    const top = 0.9 + (tilt[0] * (x - sx) + tilt[1] * (y - sy)) / s + 0.06 * rough;
    sheet.raise(x, y, top * ramp(edge, 1.2, 6));
    const stone = scaled(color, 1 + 0.12 * rough);
    return mix(scaled(joint, 0.8 + 0.3 * rough), stone, ramp(edge + 0.8 * rough, 2, 3.6));
  });
  sheet.light(0.4);
  return sheet;
};

/** Mountains in the mist, branches and drops, with a wet brush on rice paper. */
const ink: Drawing = (side) => {
  const s = side / UNIT;
  const chance = chanceOf(41);
  const wash = layered(noiseOf(42), 5);
  const fiber = layered(noiseOf(43), 3);
  const sheet = new Sheet(side, hex('#f1ebdc'));
  const black = hex('#15161a');
  const water = (x: number, y: number, amount: number) =>
    sheet.set(x, y, mix(sheet.at(x, y), black, clamp(amount)));
  for (let layer = 0; layer < 5; layer++) {
    const [base, tall] = [210 + 165 * layer, 190 - 12 * layer];
    const depth = 0.22 + 0.14 * layer;
    sheet.each((x, y) => {
      const [u, v] = [x / s, y / s];
      const ridge =
        base - tall * (0.2 + wash(u / 260 + 9 * layer, layer)) - 26 * wash(u / 40, layer + 5);
      const below = v - ridge;
      if (below < -8) return sheet.at(x, y);
      const pool = 0.75 + 0.7 * wash(u / 90, v / 60 + 3 * layer);
      const edge = ramp(below + 7 * wash(u / 9, v / 9), -3, 4);
      const mist = Math.exp(-Math.max(0, below) / (95 + 25 * wash(u / 150, layer)));
      const rim = 0.35 * Math.exp(-Math.abs(below - 3) / 5);
      water(x, y, edge * depth * (pool * mist + rim));
      return sheet.at(x, y);
    });
  }
  const stroke = (path: readonly Point[], radius: number, dark: number, dry: number) => {
    const [phase, start] = [250 * chance(), 250 * chance()];
    sheet.stroke(path, radius, (along, across) => {
      const hair =
        streaks(across * 8 + phase, along * 3 + start) +
        0.5 * streaks(across * 19 - phase, along * 9 - start);
      const width = Math.sin(Math.PI * clamp(0.12 + 0.86 * along)) ** 0.6;
      const inside = ramp(width - Math.abs(across), 0, 0.18);
      const lack = ramp(dry * along + 0.35 * hair, 0.35, 0.75);
      return { color: black, cover: dark * inside * (1 - lack) };
    });
  };
  for (let i = 0; i < 46; i++) {
    const from = [side * chance(), side * (0.25 + 0.8 * chance())] as const;
    const lean = -1.4 + 1.5 * (chance() - 0.5);
    const bend = 0.02 * (chance() - 0.5);
    let turned = 0;
    const path = flowLine(from, () => lean + (turned += bend), 14, (5 + 12 * chance()) * s);
    stroke(path, (3 + 15 * chance() ** 2) * s, 0.55 + 0.45 * chance(), 0.3 + 0.9 * chance());
  }
  for (let i = 0; i < 220; i++) {
    const [x, y, radius] = [side * chance(), side * chance(), (1 + 9 * chance() ** 5) * s];
    const dark = 0.35 + 0.6 * chance();
    sheet.within([x - 2 * radius, y - 2 * radius, x + 2 * radius, y + 2 * radius], (px, py) => {
      const away = Math.hypot(px - x, py - y) / radius + 0.25 * wash(px / (5 * s), py / (5 * s));
      return { color: black, cover: dark * (1 - ramp(away, 0.8, 1.15)) };
    });
  }
  const seal = [816, 130, 872, 190].map((at) => at * s) as [number, number, number, number];
  sheet.within(seal, (x, y) => ({
    color: hex('#b3321f'),
    cover: 0.85 * ramp(fiber(x / (7 * s), y / (7 * s)), -0.45, -0.1),
  }));
  sheet.each((x, y, color) => {
    const paper = fiber(x / (40 * s), y / (5 * s)) + 0.7 * fiber(x / (4 * s), y / (22 * s));
    return scaled(color, 1 + 0.03 * paper);
  });
  return sheet;
};

/** Lines cut into wood and printed in black over two colored blocks: sun, hills, water. */
const woodcut: Drawing = (side) => {
  const s = side / UNIT;
  const bend = layered(noiseOf(52), 3);
  const rough = layered(noiseOf(53), 3);
  const sheet = new Sheet(side, hex('#efe4c8'));
  const black = hex('#1d1a18');
  const red = hex('#c8452b');
  const blue = hex('#4c7f8c');
  const ochre = hex('#dba43f');
  const hills = [430, 560, 690].map(
    (base, i) => (u: number) => base + (70 - 12 * i) * bend(u / 300 + 5 * i, i) * 2,
  );
  const shore = (u: number) => 835 + 22 * bend(u / 240, 8);
  sheet.each((x, y, paper) => {
    const [u, v] = [x / s, y / s];
    const chip = 5 * rough(u / 16, v / 16);
    const [sx, sy] = [u - 690, v - 250];
    const sun = Math.hypot(sx, sy);
    let phase: number;
    let tone: number;
    let block = paper;
    const hill = hills.findLastIndex((top) => v + chip * 0.4 > top(u));
    if (v + chip * 0.4 > shore(u)) {
      phase = (v + 14 * Math.sin(u / 44 + 5 * bend(u / 190, v / 60)) + chip) / 17;
      tone = 0.45 + 0.5 * bend(u / 130, v / 34);
      block = blue;
    } else if (hill >= 0) {
      const depth = v - hills[hill]!(u);
      phase =
        (u * (hill % 2 === 0 ? 0.75 : -0.7) + depth * 0.75 + 60 * bend(u / 210, v / 160) + chip) /
        13;
      tone = clamp(0.18 + depth / 190 + 0.4 * bend(u / 110, v / 110)) * (depth < 5 ? 2 : 1);
      if (depth < 5) tone = 1.2;
      block = hill === 1 ? ochre : hill === 2 ? mix(ochre, red, 0.75) : paper;
    } else if (sun < 118 + chip * 0.6) {
      phase = (sun + chip) / 12;
      tone = sun > 108 ? 1.2 : 0.12 + 0.35 * ramp(sy, -60, 110);
      block = red;
    } else {
      const ray = Math.atan2(sy, sx);
      phase = (ray * 44) / Math.PI + 0.2 * bend(u / 60, v / 60);
      tone = clamp(0.62 - sun / 1500 + 0.3 * bend(u / 200, v / 120)) * ramp(sun, 120, 210);
      if (sun > 330) {
        phase = (v + 30 * bend(u / 260, v / 200) + chip) / 14;
        tone = 0.34 + 0.36 * bend(u / 230, v / 70);
      }
    }
    const groove = Math.abs(2 * (phase - Math.floor(phase)) - 1) + 0.16 * rough(u / 7, v / 7);
    const line = ramp(groove, 1 - tone - 0.07, 1 - tone + 0.07);
    const wear = ramp(rough(u / 5 + 70, v / 26), 0.42, 0.7);
    return mix(scaled(block, 1 + 0.05 * rough(u / 30, v / 4)), black, line * (1 - 0.75 * wear));
  });
  return sheet;
};

/** Transparent washes that run into each other and dry with dark edges, on grainy paper. */
const watercolor: Drawing = (side) => {
  const s = side / UNIT;
  const chance = chanceOf(61);
  const edge = layered(noiseOf(62), 5);
  const grain = layered(noiseOf(63), 4);
  const sheet = new Sheet(side, hex('#fbf8f0'));
  const pigments = [
    ...['#2f6fa8', '#3fa0a5', '#e2574c', '#f2a541', '#7b4fa0', '#f3cf5b', '#d9668f', '#5d9a56'],
  ].map(hex);
  for (let i = 0; i < 84; i++) {
    const [cx, cy] = [UNIT * chance(), UNIT * chance()];
    const radius = i < 22 ? 150 + 130 * chance() : 18 + 95 * chance() ** 2;
    const place = 0.5 + 0.8 * edge(cx / 420 + 3, cy / 420);
    const kind = Math.floor(clamp(chance() < 0.7 ? place : chance(), 0, 0.999) * pigments.length);
    const pigment = pigments[kind]!;
    const strength = (i < 22 ? 0.3 : 0.52) * (0.6 + 0.7 * chance());
    const [seed, stretch] = [100 * chance(), 0.7 + 0.7 * chance()];
    const reach = 1.6 * radius;
    const box = [cx - reach, cy - reach, cx + reach, cy + reach].map((at) => at * s);
    sheet.within(box as unknown as [number, number, number, number], (x, y) => {
      const [u, v] = [x / s, y / s];
      const wander =
        0.5 * edge(u / (0.9 * radius) + seed, v / (0.9 * radius)) + 0.05 * edge(u / 14, v / 14);
      const away = Math.hypot((u - cx) * stretch, (v - cy) / stretch) / radius + wander;
      const inside = 1 - ramp(away, 0.93, 0.97);
      if (inside <= 0) return undefined;
      const rim = 0.75 * Math.exp(-Math.abs(away - 0.93) / 0.022);
      const pool = 0.62 + 0.75 * edge(u / 120 + seed, v / 90) + 0.3 * away;
      const settle = 1 + 0.45 * grain(u / 6, v / 6);
      const amount = clamp(strength * inside * (pool * settle + rim), 0, 0.95);
      const under = sheet.at(x, y);
      return {
        color: [0, 1, 2].map(
          (k) => under[k]! * (1 - amount * (1 - pigment[k]!)),
        ) as unknown as Color,
        cover: 1,
      };
    });
  }
  sheet.each((x, y, color) => scaled(color, 1 + 0.045 * grain(x / (5 * s), y / (5 * s))));
  return sheet;
};

/** The pictures that ship as styles, by what their files are called. */
export const drawings: Readonly<Record<string, Drawing>> = {
  night,
  watercolor,
  meadow,
  mosaic,
  ink,
  woodcut,
};
