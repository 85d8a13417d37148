// Intervals of the Bruhat order from their ends, and where to draw them. The same vertices, edges,
// order and places as data_gen.intervals and data_gen.hasse_layout; the tests compare them.
const Bruhat = (() => {
  const KINDS = ["first", "last", "pos1", "posn"];

  const isPermutation = (word) =>
    word.length > 0 && [...word].sort((a, b) => a - b).every((letter, k) => letter === k + 1);

  // Reads 3412, "3 4 1 2", 3,4,1,2 and [3,4,1,2]; null if it is none of them.
  function parse(text) {
    const tokens = text.match(/\d+/g) || [];
    const letters = tokens.length === 1 && tokens[0].length < 10 ? [...tokens[0]] : tokens;
    const word = letters.map(Number);
    return isPermutation(word) ? word : null;
  }

  const format = (word) => word.join(word.length < 10 ? "" : ",");

  // #{a <= i : z(a) >= k} for all i and k: x <= w exactly if no count of x exceeds that of w.
  function counts(word) {
    const n = word.length;
    const table = new Int8Array(n * n);
    for (let i = 0; i < n; i += 1) {
      for (let k = 0; k < n; k += 1) {
        table[i * n + k] = (i ? table[(i - 1) * n + k] : 0) + (word[i] > k ? 1 : 0);
      }
    }
    return table;
  }

  function below(x, w) {
    if (x.length !== w.length) return false;
    const upper = counts(w);
    return counts(x).every((count, place) => count <= upper[place]);
  }

  function exchanged(word, i, j) {
    const other = word.slice();
    [other[i], other[j]] = [word[j], word[i]];
    return other;
  }

  function coverings(word) {
    const found = [];
    for (let i = 0; i < word.length; i += 1) {
      let least = Infinity; // of the letters above word[i] met so far
      for (let j = i + 1; j < word.length; j += 1) {
        if (word[j] > word[i] && word[j] < least) {
          least = word[j];
          found.push(exchanged(word, i, j));
        }
      }
    }
    return found;
  }

  function lexicographically(a, b) {
    const place = a.findIndex((letter, k) => letter !== b[k]);
    return place < 0 ? 0 : a[place] - b[place];
  }

  // The interval [x, w]: vertices by length and then lexicographically, edges by source and target.
  function interval(x, w) {
    const top = counts(w);
    const words = [];
    const ranks = [];
    let row = below(x, w) ? [x] : [];
    for (let rank = 0; row.length; rank += 1) {
      row.sort(lexicographically);
      for (const word of row) {
        words.push(word);
        ranks.push(rank);
      }
      const next = new Map();
      for (const word of row) {
        for (const higher of coverings(word)) {
          const name = higher.join();
          if (!next.has(name) && counts(higher).every((count, k) => count <= top[k])) {
            next.set(name, higher);
          }
        }
      }
      row = [...next.values()];
    }
    const number = new Map(words.map((word, v) => [word.join(), v]));
    const out = words.map(() => []);
    const edges = [];
    words.forEach((word, source) => {
      const found = [];
      for (let i = 0; i < word.length; i += 1) {
        for (let j = i + 1; j < word.length; j += 1) {
          if (word[i] < word[j]) {
            const target = number.get(exchanged(word, i, j).join());
            if (target !== undefined) {
              const cover = ranks[target] === ranks[source] + 1;
              found.push({ source, target, i: i + 1, j: j + 1, cover });
            }
          }
        }
      }
      found.sort((a, b) => a.target - b.target);
      for (const edge of found) {
        edges.push(edge);
        out[source].push(edge.target);
      }
    });
    return { n: x.length, words, names: words.map(format), ranks, edges, out };
  }

  function edgeType(edge, n) {
    if (edge.j === edge.i + 1) return "simple";
    return edge.i === 1 || edge.j === n ? "extremal" : "other";
  }

  const KEEPS = {
    first: (word) => word[0],
    last: (word) => word[word.length - 1],
    pos1: (word) => word.indexOf(1),
    posn: (word) => word.indexOf(word.length),
  };

  // A standard ideal with the hypercube piece at its bottom; null if the ideal is everything.
  // theta(Y), Y an antichain of targets outside the ideal, is the one vertex with edges from all
  // theta(Y - a). Blundell, Buesing, Davies, Velickovic, Williamson, arXiv:2111.15161.
  function decomposition(built, kind) {
    const keep = KEEPS[kind];
    const [bottom] = built.words;
    const ideal = built.words.map((word) => keep(word) === keep(bottom));
    if (ideal.every(Boolean)) return null;
    const targets = built.out[0].filter((v) => !ideal[v]);
    const comparable = targets.map((a) =>
      targets.map((b) => a !== b && (below(built.words[a], built.words[b]) || below(built.words[b], built.words[a]))),
    );
    const theta = new Map([[0, 0]]);
    const sides = [];
    for (let subset = 1; subset < 1 << targets.length; subset += 1) {
      const members = targets.map((_, k) => k).filter((k) => (subset >> k) & 1);
      const faces = members.map((k) => theta.get(subset ^ (1 << k)));
      const isAntichain = members.every((a) => members.every((b) => !comparable[a][b]));
      if (!isAntichain || faces.includes(undefined)) continue;
      const choices = members.length === 1
        ? [targets[members[0]]]
        : built.out[faces[0]].filter((v) => faces.every((face) => built.out[face].includes(v)));
      if (choices.length !== 1) continue;
      theta.set(subset, choices[0]);
      for (const face of faces) sides.push([face, choices[0]]);
    }
    const cube = [...new Set(theta.values())].sort((a, b) => a - b);
    return { kind, ideal, top: ideal.lastIndexOf(true), targets, cube, sides };
  }

  // The letter that all of a standard ideal share, deleted: an interval of S_{n-1}.
  function withoutLetter(word, kind) {
    const n = word.length;
    const place = { first: 0, last: n - 1, pos1: word.indexOf(1), posn: word.indexOf(n) }[kind];
    return word.filter((_, k) => k !== place).map((letter) => letter - (letter > word[place] ? 1 : 0));
  }

  // --- places: barycentre sweeps, then exchanges of neighbours

  const [SWEEPS, PATIENCE, EXCHANGE_NODES, EXCHANGE_ROUNDS] = [24, 6, 300, 30];
  const [SPREAD, MOST_SPREAD] = [0.3, 1.5];

  function spread(rows, size) {
    const across = new Float64Array(size);
    const widest = Math.max(1, ...rows.map((row) => row.length));
    for (const row of rows) {
      let gap = Math.min(MOST_SPREAD, (widest / row.length) ** SPREAD);
      gap = row.length > 1 ? Math.min(gap, (widest - 1) / (row.length - 1)) : 1;
      row.forEach((v, k) => {
        across[v] = (k - (row.length - 1) / 2) * gap;
      });
    }
    return across;
  }

  function crossings(rows, near) {
    const place = new Map(rows.flatMap((row) => row.map((v, k) => [v, k])));
    let found = 0;
    for (let rank = 0; rank + 1 < rows.length; rank += 1) {
      const seen = new Int32Array(rows[rank + 1].length + 1); // a Fenwick tree
      let all = 0;
      for (const v of rows[rank]) {
        const ends = near.above[v].map((u) => place.get(u)).sort((a, b) => a - b);
        for (const end of ends) {
          let upTo = 0;
          for (let k = end + 1; k > 0; k -= k & -k) upTo += seen[k];
          found += all - upTo;
        }
        for (const end of ends) {
          all += 1;
          for (let k = end + 1; k < seen.length; k += k & -k) seen[k] += 1;
        }
      }
    }
    return found;
  }

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  function swept(start, near, size) {
    let rows = start.slice();
    let [best, fewest, stale] = [rows.slice(), crossings(rows, near), 0];
    for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
      const upwards = sweep % 2 === 0;
      const across = spread(rows, size);
      const order = rows.map((_, rank) => (upwards ? rank : rows.length - 1 - rank));
      for (const rank of order) {
        const row = rows[rank];
        const side = upwards ? near.below : near.above;
        // Rounded, so that the last bits of a float decide nothing.
        const means = new Map(row.map((v) => {
          const value = side[v].length ? mean(side[v].map((u) => across[u])) : across[v];
          return [v, Math.round(value * 1e9)];
        }));
        const places = row.map((v) => across[v]).sort((a, b) => a - b);
        rows[rank] = row.slice().sort((a, b) => means.get(a) - means.get(b));
        rows[rank].forEach((v, k) => {
          across[v] = places[k];
        });
      }
      const now = crossings(rows, near);
      stale += 1;
      if (now < fewest) [best, fewest, stale] = [rows.slice(), now, 0];
      if (stale === PATIENCE || fewest === 0) break;
    }
    return best;
  }

  function exchange(rows, near, size) {
    const place = new Int32Array(size);
    for (const row of rows) row.forEach((v, k) => { place[v] = k; });
    const saved = (u, v) => {
      let sum = 0;
      for (const side of [near.below, near.above]) {
        for (const a of side[u]) for (const b of side[v]) sum += Math.sign(place[a] - place[b]);
      }
      return sum;
    };
    for (let round = 0; round < EXCHANGE_ROUNDS; round += 1) {
      let changed = false;
      for (const row of rows) {
        for (let k = 0; k + 1 < row.length; k += 1) {
          const [u, v] = [row[k], row[k + 1]];
          if (saved(u, v) > 0) {
            [row[k], row[k + 1], place[u], place[v]] = [v, u, k + 1, k];
            changed = true;
          }
        }
      }
      if (!changed) break;
    }
    return rows;
  }

  function layout(built) {
    const size = built.words.length;
    const near = { below: built.words.map(() => []), above: built.words.map(() => []) };
    for (const { source, target, cover } of built.edges) {
      if (cover) {
        near.above[source].push(target);
        near.below[target].push(source);
      }
    }
    let rows = [];
    built.ranks.forEach((rank, v) => (rows[rank] ||= []).push(v));
    rows = swept(rows, near, size);
    if (size <= EXCHANGE_NODES) rows = exchange(rows, near, size);
    const across = spread(rows, size);
    const width = size ? Math.max(...across) - Math.min(...across) : 0;
    return { rows, across, width, near };
  }

  return { KINDS, parse, format, below, interval, edgeType, decomposition, withoutLetter, layout };
})();
