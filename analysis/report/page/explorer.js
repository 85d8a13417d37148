// The interval explorer: a list to search, one interval with its layers, copies and downloads.
const Explorer = (() => {
  const source = document.getElementById("explorer-data");
  if (!source) return null;
  const data = JSON.parse(source.textContent);
  const at = (id) => document.getElementById(id);
  const root = at("explorer");
  const all = data.intervals.map((entry, place) => ({
    ...entry,
    place,
    bottom: Bruhat.parse(entry.x),
    top: Bruhat.parse(entry.w),
    predicted: trimmed([1, ...entry.said.map((values) => values[0][0])]),
  }));
  let shown = [];
  let current = null; // { entry, built, layout, state }
  let focused = 0;

  function trimmed(coefficients) {
    const last = coefficients.reduce((found, value, power) => (value ? power : found), 0);
    return coefficients.slice(0, last + 1);
  }

  // --- markup: whatever is put into html`...` is escaped, unless it is markup itself

  class Markup {
    constructor(text) {
      this.text = text;
    }
  }

  function html(parts, ...values) {
    const written = (value) =>
      value instanceof Markup ? value.text : Array.isArray(value) ? value.map(written).join("") : Picture.escape(value);
    return new Markup(String.raw({ raw: parts }, ...values.map(written)));
  }

  function fill(id, markup) {
    at(id).innerHTML = html`${markup}`.text;
  }

  // --- polynomials

  const same = (a, b) => a !== null && b !== null && a.join() === b.join();

  // Nobody is right or wrong about a polynomial that is not known.
  function answer(entry) {
    if (entry.polynomial === null) return "unknown";
    return same(entry.polynomial, entry.predicted) ? "right" : "wrong";
  }

  const UNKNOWN = "unknown";
  const keyOf = (entry) => (entry.polynomial === null ? UNKNOWN : entry.polynomial.join());

  function polynomial(coefficients, power) {
    if (coefficients === null) return UNKNOWN;
    const terms = coefficients
      .map((value, k) => (value ? (value === 1 && k ? "" : value) + (k ? power(k) : "") : ""))
      .filter(Boolean);
    return terms.join(" + ") || "0";
  }
  const plain = (k) => (k === 1 ? "q" : `q^${k}`);
  const tex = (k) => (k === 1 ? "q" : `q^{${k}}`);

  function shownPolynomial(coefficients) {
    const text = polynomial(coefficients, plain);
    return text.split(/(q(?:\^\d+)?)/).map((part, k) => {
      if (k % 2 === 0) return part;
      return part === "q" ? html`<i>q</i>` : html`<i>q</i><sup>${part.slice(2)}</sup>`;
    });
  }

  // --- the list

  function wanted() {
    const words = at("find-permutation").value.trim();
    const pair = words.match(/[\d,]*\d/g) || [];
    const both = pair.length === 2 ? pair.map(Bruhat.parse) : [null];
    const one = Bruhat.parse(words);
    const inside = at("find-where").value === "inside";
    const [least, most] = ["find-least", "find-most"].map((id) => Number(at(id).value) || 0);
    const [shape, said, split] = ["find-polynomial", "find-answer", "find-split"].map((id) => at(id).value);
    const word = (entry) => {
      if (!words) return true;
      if (both.every(Boolean)) return same(entry.bottom, both[0]) && same(entry.top, both[1]);
      if (one && inside) return Bruhat.below(entry.bottom, one) && Bruhat.below(one, entry.top);
      if (one) return same(entry.bottom, one) || same(entry.top, one);
      return entry.x.startsWith(words) || entry.w.startsWith(words);
    };
    return (entry) =>
      word(entry)
      && (!shape || keyOf(entry) === shape)
      && entry.vertices >= least && (!most || entry.vertices <= most)
      && (!said || answer(entry) === said)
      && (!split || entry.split === split);
  }

  function byNumbers(a, b) {
    const length = Math.max(a.length, b.length);
    for (let k = length - 1; k >= 0; k -= 1) {
      const difference = (a[k] || 0) - (b[k] || 0);
      if (difference) return difference;
    }
    return 0;
  }

  const ORDERS = {
    row: (a, b) => a.place - b.place,
    vertices: (a, b) => a.vertices - b.vertices,
    salient: (a, b) => b.salient.length - a.salient.length,
    polynomial: (a, b) => byNumbers(a.polynomial || [], b.polynomial || []),
    permutation: (a, b) => a.bottom.length - b.bottom.length || a.x.localeCompare(b.x) || a.w.localeCompare(b.w),
  };

  function find() {
    shown = all.filter(wanted());
    shown.sort((a, b) => ORDERS[at("find-order").value](a, b) || a.place - b.place);
    const list = at("interval-list");
    fill("interval-list", shown.map((entry) => {
      const sign = answer(entry) === "wrong" ? html` <span class="miss">predicted wrong</span>` : "";
      return html`<li role="option" id="option${entry.place}" data-place="${entry.place}" aria-selected="false"><span class="ends">[${entry.x}, ${entry.w}]</span> <span class="about">${shownPolynomial(entry.polynomial)} · ${entry.vertices.toLocaleString("en")} vertices · ${entry.salient.length} salient${sign}</span></li>`;
    }));
    const total = all.length.toLocaleString("en");
    at("found").textContent = `${shown.length.toLocaleString("en")} of ${total} intervals`;
    list.hidden = at("shown").hidden = !shown.length;
    at("nothing").hidden = shown.length > 0;
    if (!shown.length) sayNothing();
    if (shown.length && !(current && shown.includes(current.entry))) choose(shown[0]);
    else mark();
  }

  // What was looked for in vain, and what may help.
  function sayNothing() {
    const words = at("find-permutation").value.trim();
    const label = (id) => at(id).selectedOptions[0].textContent;
    const asked = [
      words && `permutation ${words}${at("find-where").value === "inside" ? " in it" : ""}`,
      at("find-polynomial").value && `polynomial ${label("find-polynomial").replace(/ \(\d+\)$/, "")}`,
      at("find-least").value && `at least ${at("find-least").value} vertices`,
      at("find-most").value && `at most ${at("find-most").value} vertices`,
      at("find-answer").value && `prediction ${label("find-answer")}`,
      at("find-split").value && `${label("find-split")} split`,
    ].filter(Boolean);
    at("nothing-asked").textContent = `No interval on this page matches: ${asked.join(", ")}.`;
    const pair = (words.match(/[\d,]*\d/g) || []).map(Bruhat.parse);
    const isPair = pair.length === 2 && pair.every(Boolean);
    const [x, w] = isPair ? pair.map(Bruhat.format) : ["", ""];
    at("nothing-help").textContent = !isPair ? ""
      : Bruhat.below(...pair) ? `Any interval can be read by itself: klgnn report RUN --interval ${x} ${w}`
        : `[${x}, ${w}] is no interval: ${x} is not below ${w} in Bruhat order.`;
  }

  function mark() {
    const list = at("interval-list");
    for (const option of list.querySelectorAll('[aria-selected="true"]')) option.setAttribute("aria-selected", "false");
    const option = current && at(`option${current.entry.place}`);
    if (!option) {
      list.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", option.id);
    const [above, below] = [option.offsetTop, option.offsetTop + option.offsetHeight];
    if (above < list.scrollTop) list.scrollTop = above;
    if (below > list.scrollTop + list.clientHeight) list.scrollTop = below - list.clientHeight;
  }

  const [PAGE, EASY] = [10, 60];

  function moveInList(event) {
    const here = shown.indexOf(current && current.entry);
    const steps = { ArrowDown: here + 1, ArrowUp: here - 1, PageDown: here + PAGE, PageUp: here - PAGE, Home: 0, End: Infinity };
    if (!(event.key in steps) || !shown.length || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(shown[Math.max(0, Math.min(shown.length - 1, steps[event.key]))]);
  }

  // --- one interval

  function scoresOf(entry) {
    const bytes = Uint8Array.from(atob(entry.scores), (letter) => letter.charCodeAt(0));
    const levels = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 2 }, (_, v) => (levels.getUint16(2 * v, true) / 65535) * entry.highest);
  }

  function choose(entry) {
    const built = Bruhat.interval(entry.bottom, entry.top);
    current = {
      entry,
      built,
      layout: Bruhat.layout(built),
      state: { scores: scoresOf(entry), salient: new Set(entry.salient) },
    };
    focused = 0;
    describe();
    offerCubes();
    draw();
    mark();
  }

  function describe() {
    const { entry, built } = current;
    const sign = answer(entry);
    const right = sign === "unknown" ? "" : html` <span class="${sign}">predicted ${sign}</span>`;
    fill("shown-title", html`[${entry.x}, ${entry.w}] in S<sub>${built.n}</sub>${right}`);
    const place = [entry.split && `${entry.split} split`, entry.row !== null && `row ${entry.row}`].filter(Boolean).join(", ");
    fill("shown-facts", html`<i>P</i> = ${shownPolynomial(entry.polynomial)}; predicted ${shownPolynomial(entry.predicted)}. Length ${built.ranks[built.ranks.length - 1]}, ${built.words.length.toLocaleString("en")} vertices, ${built.edges.length.toLocaleString("en")} edges, ${entry.salient.length} salient vertices${place && `; ${place}`}.`);
    fill("said", entry.said.map((values, k) => {
      const truth = entry.polynomial === null ? "?" : entry.polynomial[k + 1] || 0;
      const worthIt = ([value, chance], place) => place === 0 || chance >= 0.0005 || value === truth;
      const bars = values.filter(worthIt).map(([value, chance]) =>
        html`<span class="chance${value === truth ? " true" : ""}"><span class="value">${value}</span><span class="bar"><span style="width:${(100 * chance).toFixed(1)}%"></span></span><span class="share">${(100 * chance).toFixed(1)}%</span></span>`);
      const attributed = k + 1 === data.coefficient ? html` <span class="small">attributed</span>` : "";
      return html`<tr><th scope="row">${shownPolynomial([...Array(k + 1).fill(0), 1])}${attributed}</th><td>${truth}</td><td>${bars}</td></tr>`;
    }));
  }

  function offerCubes() {
    const { entry, built } = current;
    const dimension = (cube) => Math.log2(cube.length);
    const options = entry.cubes.map((cube, k) =>
      html`<option value="${k}">dimension ${dimension(cube)}, ${built.names[cube[0]]} to ${built.names[cube[cube.length - 1]]}</option>`);
    const kept = at("show-cube").value;
    fill("show-cube", html`<option value="">none</option>${options}`);
    // A reader who looks at cubes goes on to the largest one of the next interval.
    at("show-cube").value = options.length && kept !== "" ? "0" : "";
    at("show-cube").disabled = !options.length;
    at("cube-note").textContent = !options.length ? "none in the salient part"
      : entry.complete ? "" : "there are more; these are the largest";
  }

  const chosen = (name) => root.querySelector(`input[name="${name}"]:checked`).value;

  function show() {
    const { entry, built } = current;
    const kind = chosen("decomposition");
    const cube = at("show-cube").value;
    return {
      saliency: chosen("saliency"),
      cube: cube === "" ? null : entry.cubes[Number(cube)],
      decomposition: kind === "none" ? null : Bruhat.decomposition(built, kind),
      types: new Set([...root.querySelectorAll('input[name="type"]:checked')].map((box) => box.value)),
      reflections: at("show-reflections").checked,
    };
  }

  function draw() {
    const { built, layout, state } = current;
    const layers = show();
    fill("picture", new Markup(Picture.svg(built, layout, state, layers))); // which escapes by itself
    explain(layers.decomposition);
    vertexElement(focused).setAttribute("tabindex", "0");
    look(null);
    at("copied").hidden = true;
  }

  function explain(parts) {
    const kind = chosen("decomposition");
    const box = at("decomposition-facts");
    box.hidden = kind === "none";
    if (kind === "none") return;
    const { built, state } = current;
    if (!parts) {
      fill(box.id, html`<p>The whole interval: its ends share this letter, which can be deleted. There is no such decomposition.</p>`);
      return;
    }
    const inCube = new Set(parts.cube);
    const lines = [
      [html`ideal <i>I</i>`, parts.ideal.map((isIn) => isIn), "ideal"],
      [html`hypercube piece, without <i>x</i>`, built.names.map((_, v) => v > 0 && inCube.has(v)), "piece"],
      ["elsewhere", built.names.map((_, v) => !parts.ideal[v] && !inCube.has(v)), ""],
    ];
    const total = state.scores.reduce((sum, score) => sum + score, 0);
    const share = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)}%` : "–");
    const rows = lines.map(([name, mask, key]) => {
      const members = mask.map((isIn, v) => (isIn ? v : -1)).filter((v) => v >= 0);
      const mass = members.reduce((sum, v) => sum + state.scores[v], 0);
      const salient = members.filter((v) => state.salient.has(v)).length;
      const sign = key ? html`<span class="key ${key}-key"></span> ` : "";
      return html`<tr><th scope="row">${sign}${name}</th><td>${members.length} (${share(members.length, built.names.length)})</td><td>${share(mass, total)}</td><td>${salient}</td></tr>`;
    });
    const smaller = [built.words[0], built.words[parts.top]].map((word) => Bruhat.format(Bruhat.withoutLetter(word, kind)));
    fill(box.id, html`<p><i>I</i> = [${built.names[0]}, ${built.names[parts.top]}], which is [${smaller.join(", ")}] in S<sub>${built.n - 1}</sub>. From <i>x</i> out of <i>I</i>: ${parts.targets.map((v) => built.names[v]).join(", ")}; the cubes that their antichains span have ${parts.cube.length} vertices.</p><table><thead><tr><th scope="col">Part</th><th scope="col">Vertices</th><th scope="col">Saliency</th><th scope="col">Salient vertices</th></tr></thead><tbody>${rows}</tbody></table>`);
  }

  // --- a vertex

  const vertexElement = (v) => at("picture").querySelector(`[data-vertex="${v}"]`);

  function look(v) {
    const { built, layout, state } = current;
    const path = at("picture").querySelector(".near");
    path.setAttribute("d", v === null ? "" : Picture.near(built, layout, v));
    if (v === null) {
      fill("vertex", html`<span class="note">Point at a vertex, or go to the picture with Tab and move with the arrows.</span>`);
      return;
    }
    const most = Math.max(...state.scores);
    const share = most ? `, ${Math.round((100 * state.scores[v]) / most)}% of the highest here` : "";
    const listed = (edges) => {
      const few = edges.slice(0, 12).map((edge) => `(${edge.i} ${edge.j})`).join(" ");
      return few ? few + (edges.length > 12 ? ` and ${edges.length - 12} more` : "") : "none";
    };
    const up = built.edges.filter((edge) => edge.source === v);
    const down = built.edges.filter((edge) => edge.target === v);
    fill("vertex", html`<strong>${built.names[v]}</strong> rank ${built.ranks[v]}, saliency ${Picture.significant(state.scores[v])}${share}${state.salient.has(v) ? ", salient" : ""}. <span class="note">Up by ${listed(up)}; down by ${listed(down)}.</span>`);
  }

  function moveInPicture(event) {
    const { layout, built } = current;
    const row = layout.rows[built.ranks[focused]];
    const place = row.indexOf(focused);
    const nearest = (choices) => choices.slice().sort((a, b) =>
      Math.abs(layout.across[a] - layout.across[focused]) - Math.abs(layout.across[b] - layout.across[focused]))[0];
    const goals = {
      ArrowLeft: () => row[place - 1],
      ArrowRight: () => row[place + 1],
      ArrowUp: () => nearest(layout.near.above[focused]),
      ArrowDown: () => nearest(layout.near.below[focused]),
      Home: () => 0,
      End: () => built.names.length - 1,
    };
    if (!(event.key in goals) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const goal = goals[event.key]();
    if (goal === undefined) return;
    vertexElement(focused).setAttribute("tabindex", "-1");
    focused = goal;
    vertexElement(goal).setAttribute("tabindex", "0");
    vertexElement(goal).focus();
  }

  // --- copies and downloads

  const list = (word) => `[${word.join(", ")}]`;

  const COPIES = {
    "one-line": ({ entry }) => `[${entry.x}, ${entry.w}]`,
    sage: ({ entry }) => [
      `x, w = Permutation(${list(entry.bottom)}), Permutation(${list(entry.top)})`,
      `X = [z for z in Permutations(${entry.top.length}) if x.bruhat_lequal(z) and z.bruhat_lequal(w)]`,
      "P = Poset((X, lambda a, b: a.bruhat_lequal(b)))",
    ].join("\n"),
    latex: ({ entry }) => {
      const known = entry.polynomial === null ? "" : `, $P = ${polynomial(entry.polynomial, tex)}$`;
      return `$[${entry.x},\\,${entry.w}]$${known}`;
    },
    tikz: ({ built, layout, state }) => Picture.tikz(built, layout, state, show()),
  };

  async function copy(kind) {
    const text = COPIES[kind](current);
    const box = at("copied");
    box.hidden = false;
    at("copied-text").value = text;
    let done = false;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      at("copied-text").select();
      done = document.execCommand("copy");
    }
    at("copied-note").textContent = done ? "Copied:" : "Copy this:";
  }

  const fileName = ({ entry }) => `interval-${entry.x}-${entry.w}`.replaceAll(",", "_");

  function save(name, kind, text) {
    const link = document.createElement("a");
    link.download = name;
    link.href = URL.createObjectURL(new Blob([text], { type: kind }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function record() {
    const { entry, built, state } = current;
    const parts = Object.fromEntries(Bruhat.KINDS.map((kind) => {
      const found = Bruhat.decomposition(built, kind);
      return [kind, found && {
        top: built.names[found.top],
        ideal: built.names.filter((_, v) => found.ideal[v]),
        targets: found.targets.map((v) => built.names[v]),
        hypercube: found.cube.map((v) => built.names[v]),
      }];
    }));
    return {
      x: entry.x,
      w: entry.w,
      row: entry.row,
      split: entry.split,
      polynomial: entry.polynomial,
      predicted: entry.said.map((values, k) => ({ power: k + 1, values: values.map(([value, chance]) => ({ value, probability: chance })) })),
      attributed: data.attributed,
      coefficient: data.coefficient,
      vertices: built.names.map((name, v) => ({
        permutation: name,
        rank: built.ranks[v],
        saliency: Number(state.scores[v].toPrecision(4)),
        salient: state.salient.has(v),
      })),
      edges: built.edges.map(({ source: from, target: to, i, j, cover }) => ({ source: from, target: to, reflection: [i, j], cover })),
      cubes: entry.cubes.map((cube) => cube.map((v) => built.names[v])),
      decompositions: parts,
    };
  }

  function downloadPicture() {
    const { built, layout, state } = current;
    const text = Picture.svg(built, layout, state, show())
      .replace(/ tabindex="-1"/g, "").replace(' role="group"', ' role="img"');
    save(`${fileName(current)}.svg`, "image/svg+xml", text);
  }

  // --- beginning

  function offerChoices() {
    const shapes = new Map(all.map((entry) => [keyOf(entry), entry.polynomial]));
    const number = (key) => all.filter((entry) => keyOf(entry) === key).length;
    const options = [...shapes].sort((a, b) => (a[1] === null) - (b[1] === null) || byNumbers(a[1] || [], b[1] || []))
      .map(([key, value]) => html`<option value="${key}">${polynomial(value, plain)} (${number(key)})</option>`);
    fill("find-polynomial", html`<option value="">any</option>${options}`);
    if (shapes.has(UNKNOWN)) at("find-answer").append(new Option("not to be told", UNKNOWN));
  }

  // What to show at first: much in it, and still easy to read.
  function first() {
    const readable = all.filter((entry) => entry.vertices <= EASY);
    return (readable.length ? readable : all).slice().sort(ORDERS.salient)[0];
  }

  function begin() {
    root.hidden = false;
    offerChoices();
    let waiting = 0;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(find, 120);
    };
    for (const field of at("find").elements) field.addEventListener(field.tagName === "INPUT" ? "input" : "change", later);
    at("find").addEventListener("submit", (event) => {
      event.preventDefault();
      find();
    });
    at("find").addEventListener("reset", () => setTimeout(find));
    at("interval-list").addEventListener("keydown", moveInList);
    at("interval-list").addEventListener("click", (event) => {
      const option = event.target.closest("[data-place]");
      if (option) choose(all[Number(option.dataset.place)]);
    });
    at("layers").addEventListener("change", draw);
    at("actual-size").addEventListener("change", () => at("picture").classList.toggle("actual", at("actual-size").checked));
    const vertexOf = (event) => {
      const found = event.target.closest("[data-vertex]");
      return found ? Number(found.dataset.vertex) : null;
    };
    const picture = at("picture");
    picture.addEventListener("pointerover", (event) => look(vertexOf(event)));
    picture.addEventListener("pointerleave", () => look(null));
    picture.addEventListener("focusin", (event) => look(vertexOf(event)));
    picture.addEventListener("focusout", () => look(null));
    picture.addEventListener("keydown", moveInPicture);
    for (const button of root.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button.dataset.copy));
    at("save-svg").addEventListener("click", downloadPicture);
    at("save-json").addEventListener("click", () => save(`${fileName(current)}.json`, "application/json", JSON.stringify(record(), null, 1)));
    root.classList.toggle("single", all.length === 1);
    choose(first());
    find();
  }

  begin();
  return { all, shown: () => shown, state: () => current.state };
})();
