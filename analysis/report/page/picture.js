// An interval as SVG and TikZ: the picture of data_gen.hasse with layers that can be shown and
// hidden. A layer is off unless `show` asks for it.
const Picture = (() => {
  const [INK, PAPER, COVER, OTHER] = ["#1b2733", "#ffffff", "#8393a3", "#b9a58c"];
  const SALIENT = ["#fbd9b5", "#f5a65b", "#c2410c"];
  const CUBE = "#1d4f91";
  const IDEAL = { fill: "#d5efe7", line: "#0f766e" };
  const PIECE = { fill: "#e6dcf7", line: "#6d3fb0" };
  const TYPES = { simple: "#2e7d32", extremal: "#c2185b", other: "#5f6fae" };
  const [MOST_WIDTH, LETTER, MARGIN, CENTIMETRES] = [1400, 0.61, 26, 16];
  const FONT_SIZES = [14, 12, 10, 9, 8, 7];
  const MOST_LABELS = 400;
  const LINE_WIDTHS = [[150, 1.1], [800, 0.8], [3000, 0.5], [Infinity, 0.25]];

  // Two decimals, ties to even as Python has them.
  function number(value) {
    const isTie = Number.isInteger(value * 8) && value.toFixed(3).endsWith("5");
    const text = (isTie ? (2 * Math.round(value * 50)) / 100 : value).toFixed(2);
    return text.replace(/\.?0+$/, "").replace(/^-0$/, "0");
  }

  const escape = (text) =>
    String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

  function canvas(built, layout) {
    const letters = built.names.length > MOST_LABELS ? 0 : Math.max(...built.names.map((name) => name.length));
    let [font, gap] = [0, 0];
    for (const size of letters ? FONT_SIZES : []) {
      const needed = size * (LETTER * letters + 1.1);
      if (layout.width * needed <= MOST_WIDTH) {
        [font, gap] = [size, needed];
        break;
      }
    }
    if (!font) gap = Math.min(30, MOST_WIDTH / Math.max(1, layout.width));
    const inner = layout.width * gap;
    const length = built.ranks[built.ranks.length - 1];
    const rise = Math.min(170, Math.max(4.2 * font, 46, (0.62 * inner) / Math.max(1, length)));
    const margin = MARGIN + (font * LETTER * letters) / 2;
    const left = Math.min(...layout.across);
    const height = length * rise + 2 * MARGIN;
    return {
      x: Array.from(layout.across, (across) => margin + (across - left) * gap),
      y: built.ranks.map((rank) => height - MARGIN - rank * rise),
      width: inner + 2 * margin,
      height, gap, font,
    };
  }

  function curve(place, edge) {
    const [x0, y0] = [place.x[edge.source], place.y[edge.source]];
    const [x1, y1] = [place.x[edge.target], place.y[edge.target]];
    if (edge.cover) return `M${number(x0)} ${number(y0)}L${number(x1)} ${number(y1)}`;
    const side = (x0 + x1) / 2 >= place.width / 2 ? 1 : -1;
    const bend = Math.min(Math.max((x0 + x1) / 2 + side * 0.18 * (y0 - y1), 4), place.width - 4);
    return `M${number(x0)} ${number(y0)}Q${number(bend)} ${number((y0 + y1) / 2)} ${number(x1)} ${number(y1)}`;
  }

  const sideSet = (sides) => new Set(sides.map(([source, target]) => `${source} ${target}`));

  function cubeSides(cube) {
    return cube.flatMap((vertex, subset) =>
      cube.map((_, k) => 1 << k)
        .filter((bit) => bit < cube.length && !(subset & bit))
        .map((bit) => [vertex, cube[subset | bit]]));
  }

  // How an edge looks: [class, colour, width, is drawn although no cover]; the first that applies.
  function edgeLook(built, state, show) {
    const cube = sideSet(show.cube ? cubeSides(show.cube) : []);
    const parts = show.decomposition;
    const piece = sideSet(parts ? parts.sides : []);
    return (edge) => {
      const key = `${edge.source} ${edge.target}`;
      if (cube.has(key)) return ["cube-edge", CUBE, 2.6, true];
      if (piece.has(key)) return ["piece-edge", PIECE.line, 2.2, true];
      const type = Bruhat.edgeType(edge, built.n);
      if (show.types.has(type)) return [`${type}-edge`, TYPES[type], 1.6, false];
      if (parts && parts.ideal[edge.source] && parts.ideal[edge.target]) return ["ideal-edge", IDEAL.line, 1.3, false];
      if (show.saliency === "salient" && state.salient.has(edge.source) && state.salient.has(edge.target)) {
        return ["salient-edge", SALIENT[2], 1.6, true];
      }
      return null;
    };
  }

  function paths(built, place, state, show) {
    const look = edgeLook(built, state, show);
    const width = LINE_WIDTHS.find(([most]) => built.edges.length < most)[1];
    const groups = new Map();
    for (const edge of built.edges) {
      const special = look(edge);
      if (!edge.cover && !show.reflections && !(special && special[3])) continue;
      const [name, colour, line] = special || ["", edge.cover ? COVER : OTHER, width];
      const key = [special ? 1 : 0, edge.cover ? 1 : 0, name, colour, number(line)].join(";");
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(curve(place, edge));
    }
    return [...groups.keys()].sort().map((key) => {
      const [, cover, name, colour, line] = key.split(";");
      const kind = `hasse-${cover === "1" ? "cover" : "other"} ${name}`.trim();
      const dashes = cover === "1" ? "" : ' stroke-dasharray="4 3"';
      return `<path class="${kind}" fill="none" stroke="${colour}" stroke-width="${line}"${dashes} d="${groups.get(key).join("")}"/>`;
    });
  }

  const SHADES = 12;
  const RGB = [1, 3, 5].map((k) => parseInt(SALIENT[2].slice(k, k + 2), 16));

  // From white to the darkest shade.
  const mixed = (share) =>
    `#${RGB.map((part) => Math.round(255 + share * (part - 255)).toString(16).padStart(2, "0")).join("")}`;

  function isDark(colour) {
    const [red, green, blue] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
    return 299 * red + 587 * green + 114 * blue < 128000;
  }

  // A shade for every vertex that has one: thirds of the salient scores, or all scores.
  function shades(state, show) {
    const { scores, salient } = state;
    if (show.saliency === "all") {
      const most = Math.max(...scores) || 1;
      return scores.map((score) => mixed(Math.round((score / most) * SHADES) / SHADES));
    }
    const marked = scores.filter((_, v) => salient.has(v));
    const [low, high] = [Math.min(...marked), Math.max(...marked)];
    const reach = high - low || 1;
    return scores.map((score, v) => {
      if (show.saliency !== "salient" || !salient.has(v)) return null;
      return SALIENT[score >= high ? 2 : Math.min(2, Math.floor(((score - low) / reach) * 3))];
    });
  }

  function title(built, state, v) {
    const what = state.salient.has(v) ? "salient" : "not salient";
    return `${built.names[v]}, rank ${built.ranks[v]}, saliency ${significant(state.scores[v])} (${what})`;
  }

  const significant = (value) => (value ? String(Number(value.toPrecision(3))) : "0");

  // The larger of what a label and a disc take: half width, half height.
  function extent(place, name) {
    if (!place.font) {
      const radius = Math.max(1.2, Math.min(4.5, 0.32 * place.gap));
      return [radius, radius];
    }
    return [(place.font * (LETTER * name.length + 0.5)) / 2, (1.35 * place.font) / 2];
  }

  function halo(built, place, parts, v) {
    const inCube = parts.cube.includes(v);
    if (!inCube && !parts.ideal[v]) return "";
    const colours = parts.ideal[v] ? IDEAL : PIECE;
    const line = inCube ? PIECE.line : IDEAL.line;
    const name = [parts.ideal[v] ? "in-ideal" : "", inCube ? "in-piece" : ""].join(" ").trim();
    const [w, h] = extent(place, built.names[v]).map((half) => half + (place.font ? 4 : 3));
    const [x, y] = [place.x[v] - w, place.y[v] - h].map(number);
    return `<rect class="halo ${name}" x="${x}" y="${y}" width="${number(2 * w)}" height="${number(2 * h)}" rx="${number(Math.min(7, h))}" fill="${colours.fill}" stroke="${line}" stroke-width="1.5"/>`;
  }

  function node(built, place, state, show, shade, v) {
    const inCube = Boolean(show.cube && show.cube.includes(v));
    const names = ["hasse-node", state.salient.has(v) && show.saliency !== "none" ? "salient" : "", inCube ? "cube" : ""];
    const [w, h] = extent(place, built.names[v]);
    const [x, y] = [place.x[v], place.y[v]];
    const border = inCube ? ` stroke="${INK}" stroke-width="2"` : "";
    const parts = show.decomposition;
    const under = !parts ? PAPER : parts.ideal[v] ? IDEAL.fill : parts.cube.includes(v) ? PIECE.fill : PAPER;
    let shape;
    if (place.font) {
      const ink = shade && isDark(shade) ? PAPER : INK;
      shape = `<rect x="${number(x - w)}" y="${number(y - h)}" width="${number(2 * w)}" height="${number(2 * h)}" rx="3" fill="${shade || under}"${border}/>`
        + `<text x="${number(x)}" y="${number(y + 0.35 * place.font)}" text-anchor="middle" fill="${ink}">${escape(built.names[v])}</text>`;
    } else {
      const radius = shade ? Math.max(w, 3.5) : w;
      const line = border || (shade ? ` stroke="${COVER}" stroke-width=".5"` : "");
      shape = `<circle cx="${number(x)}" cy="${number(y)}" r="${number(radius)}" fill="${shade || INK}"${line}/>`;
    }
    const label = escape(title(built, state, v));
    return `<g class="${names.filter(Boolean).join(" ")}" data-vertex="${v}" role="img" tabindex="-1" aria-label="${label}"><title>${label}</title>${shape}</g>`;
  }

  function svg(built, layout, state, show) {
    const place = canvas(built, layout);
    const [width, height] = [number(place.width), number(place.height)];
    const shade = shades(state, show);
    const rows = new Map(built.ranks.map((rank, v) => [rank, place.y[v]]));
    const ends = `[${built.names[0]}, ${built.names[built.names.length - 1]}]`;
    const parts = show.decomposition;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" style="--natural:${width}px" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" class="hasse" role="group" aria-label="Hasse diagram of ${escape(ends)}" font-size="${number(place.font || 10)}" font-family="ui-monospace, Menlo, Consolas, monospace">`,
      `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
      ...(rows.size > 1 ? [...rows].map(([rank, y]) => `<text x="6" y="${number(y + 3)}" font-size="9" fill="${COVER}">${rank}</text>`) : []),
      ...(parts ? built.names.map((_, v) => halo(built, place, parts, v)) : []),
      ...paths(built, place, state, show),
      '<path class="near" fill="none" pointer-events="none"/>',
      ...built.names.map((_, v) => node(built, place, state, show, shade[v], v)),
      "</svg>",
    ].filter(Boolean).join("\n");
  }

  // The edges at one vertex, to be drawn on top while it is looked at.
  function near(built, layout, v) {
    const place = canvas(built, layout);
    return built.edges
      .filter((edge) => edge.cover && (edge.source === v || edge.target === v))
      .map((edge) => curve(place, edge)).join("");
  }

  function tikz(built, layout, state, show) {
    const letters = Math.max(...built.names.map((name) => name.length));
    const gap = Math.min(0.19 * letters + 0.35, CENTIMETRES / Math.max(1, layout.width));
    const fits = gap >= 0.15 * letters + 0.12;
    const length = built.ranks[built.ranks.length - 1];
    const rise = Math.min(2.2, Math.max(fits ? 1.5 : 0.6, (0.62 * layout.width * gap) / Math.max(1, length)));
    const shade = shades(state, show);
    const look = edgeLook(built, state, show);
    const used = new Set();
    const colour = (code) => {
      used.add(code);
      return `k${code.slice(1)}`;
    };
    const nodes = built.names.map((name, v) => {
      const options = [];
      if (shade[v]) options.push(`fill=${colour(shade[v])}`);
      if (shade[v] && isDark(shade[v])) options.push("text=white");
      const parts = show.decomposition;
      const line = show.cube && show.cube.includes(v) ? CUBE
        : parts && parts.cube.includes(v) ? PIECE.line
          : parts && parts.ideal[v] ? IDEAL.line : null;
      if (line) options.push(`draw=${colour(line)}`, "thick");
      const marks = options.length ? `[${options.join(", ")}] ` : "";
      return `  \\node ${marks}(v${v}) at (${number(layout.across[v] * gap)}, ${number(built.ranks[v] * rise)}) {${fits ? `$${name}$` : ""}};`;
    });
    const lines = [];
    for (const edge of built.edges) {
      const special = look(edge);
      const name = special ? `${colour(special[1])}, thick` : edge.cover ? "gray" : "gray!60";
      if (edge.cover) lines.push(`  \\draw[${name}] (v${edge.source}) -- (v${edge.target});`);
      else if (show.reflections || (special && special[3])) {
        lines.push(`  \\draw[${name}, dashed] (v${edge.source}) to[bend right=12] (v${edge.target});`);
      }
    }
    const style = fits ? "inner sep=1.5pt, font=\\footnotesize" : "circle, fill, inner sep=0.6pt";
    const defined = [...used].sort().map((code) => `  \\definecolor{k${code.slice(1)}}{HTML}{${code.slice(1).toUpperCase()}}`);
    return [`\\begin{tikzpicture}[every node/.style={${style}}]`, ...defined, ...nodes, ...lines, "\\end{tikzpicture}"].join("\n") + "\n";
  }

  return { svg, tikz, near, title, significant, escape, SALIENT, CUBE, IDEAL, PIECE, TYPES };
})();
