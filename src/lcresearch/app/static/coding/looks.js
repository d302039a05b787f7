// How codes look: a colour, and a pattern for those who do not tell colours apart; the same wherever a code stands.

const PALETTE = ["#0b6e66", "#b4501b", "#5b4bb5", "#a8326e", "#47701b", "#1f5fa8", "#8a6500", "#7a4a2b"];
export const LINES = ["solid", "dashed", "dotted", "double", "wavy"];

export function looksOf(codes) {
  const looks = new Map();
  const own = (code) => (/^#[0-9a-f]{6}$/i.test(code.color) ? code.color.toLowerCase() : "");
  const taken = new Set(codes.map(own));
  const free = PALETTE.filter((color) => !taken.has(color));
  const palette = free.length ? free : PALETTE;
  let next = 0;
  for (const [index, code] of codes.entries()) {
    const color = own(code) || palette[(code.codable ? next++ : 0) % palette.length];
    looks.set(code.id, { index, color, line: darker(color), pattern: index % LINES.length });
  }
  return looks;
}

// dark enough to be seen on white: 3:1 and more
function darker(color) {
  let parts = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const light = (values) => {
    const [r, g, b] = values.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  while (1.05 / (light(parts) + 0.05) < 3.2) parts = parts.map((v) => Math.floor(v * 0.92));
  return `rgb(${parts.join(" ")})`;
}

export function swatch(look) {
  const made = document.createElement("span");
  made.className = `swatch p${look.pattern}`;
  made.setAttribute("aria-hidden", "true");
  made.style.setProperty("--code", look.line);
  return made;
}
