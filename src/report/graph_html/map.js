
// The units as a drawing: one band for each cluster, from left to right in the order in which they become ready.
const BOX = { width: 210, height: 46, across: 290, down: 62, edge: 24, top: 46 };
const map = { svg: document.getElementById('drawing'), boxes: new Map(), edges: [], made: false, only: '', x: 0, y: 0, scale: 1 };

function shape(name, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Places the units of one band below each other in columns. A column that grows too tall goes on in the next one.
map.band = (members) => {
  const layers = [];
  for (const one of members) (layers[one.data.step] ??= []).push(one);
  const tall = Math.max(8, Math.ceil(Math.sqrt(members.length) * 1.4));
  const row = new Map();
  let column = 0;
  let rows = 0;
  for (const layer of layers.filter(Boolean)) {
    // Near to what comes before it, so that few lines cross.
    const wish = new Map(layer.map((one) => {
      const near = before(one).map((other) => row.get(other)).filter((place) => place !== undefined);
      return [one, near.length ? near.reduce((sum, place) => sum + place, 0) / near.length : Infinity];
    }));
    const sorted = [...layer].sort((a, b) => (wish.get(a) - wish.get(b) || 0));
    const columns = Math.ceil(sorted.length / tall);
    const height = Math.ceil(sorted.length / columns);
    sorted.forEach((one, number) => {
      one.x = (column + Math.floor(number / height)) * BOX.across;
      row.set(one, number % height);
    });
    column += columns;
    rows = Math.max(rows, height);
  }
  for (const [one, place] of row) one.y = place * BOX.down;
  return { width: column * BOX.across - (BOX.across - BOX.width), height: rows * BOX.down - (BOX.down - BOX.height) };
};

const dependencies = (one) => one.data.depends_on.filter((target) => 'shown' in target).map((target) => units[target.shown]);
const before = (one) => [...dependencies(one), ...(one.parent.type === 'unit' ? [one.parent] : [])];

map.draw = () => {
  map.made = true;
  map.boxes.clear();
  map.edges = [];
  const arrow = (id) => shape('marker', { id, class: id, viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse' }, shape('path', { d: 'M0 0 8 4 0 8z' }));
  const bands = shape('g', {});
  const lines = shape('g', {});
  const boxes = shape('g', {});
  map.all = shape('g', {}, bands, lines, boxes);
  map.svg.replaceChildren(shape('defs', {}, arrow('applies'), arrow('before')), map.all);
  let top = 0;
  map.width = 0;
  for (const home of tops) {
    const members = units.filter((one) => one.home === home);
    if (!members.length || (map.only && map.only !== home.key)) continue;
    const { width, height } = map.band(members);
    for (const one of members) {
      one.x += BOX.edge;
      one.y += top + BOX.top;
      boxes.append(map.box(one));
    }
    const frame = { x: 0, y: top, width: width + 2 * BOX.edge, height: height + BOX.top + BOX.edge, rx: 12 };
    bands.append(shape('rect', { ...frame, class: 'band' }), shape('text', { x: BOX.edge, y: top + 29, class: 'band-name' }, home.name));
    map.width = Math.max(map.width, frame.width);
    top += frame.height + 28;
  }
  map.height = top - 28;
  for (const one of map.boxes.keys()) {
    for (const other of dependencies(one)) lines.append(map.line(other, one, 'before'));
    if (one.parent.type === 'unit') lines.append(map.line(one.parent, one, impliesParent(one) ? 'applies implied' : 'applies'));
  }
};

// Where a unit waits for another one of the same parent, that one's line tells enough; its own is drawn when it is chosen.
const impliesParent = (one) => dependencies(one).some((other) => other.parent === one.parent && other.stuck === undefined);

map.box = (one) => {
  const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
  // Of a path the end tells most.
  const end = (text, length) => (text.length > length ? `…${text.slice(1 - length)}` : text);
  const directory = one.data.directories.map((path) => path || '.').join(', ');
  const held = one.children.filter((child) => child.type === 'object').length;
  const box = shape('a', { href: `#${encodeURI(one.key)}`, class: ['box', one.data.suspended && 'suspended', one.stuck && 'stuck'].filter(Boolean).join(' '), transform: `translate(${one.x} ${one.y})` },
    shape('title', {}, `${one.data.id}\n${directory}\n${counted(held, 'object')}`),
    shape('rect', { width: BOX.width, height: BOX.height, rx: 7 }),
    shape('text', { x: 12, y: 20, class: 'name' }, one.data.engine ? cut(one.name.replace(/^[^/]*\//, ''), 24) : end(one.name, 24)),
    shape('text', { x: 12, y: 36, class: 'more' }, one.data.engine ? end(directory, 32) : counted(held, 'object')));
  map.boxes.set(one, box);
  return box;
};

map.line = (from, to, sort) => {
  const start = [from.x + BOX.width, from.y + BOX.height / 2];
  const end = [to.x, to.y + BOX.height / 2];
  // Inside of a column a line goes around on the left; one that passes columns goes between their boxes.
  const back = end[0] <= start[0];
  const bend = back ? 40 : Math.max(30, Math.min(80, (end[0] - start[0]) / 2));
  const [sx, sy] = back ? [from.x, start[1]] : start;
  const [x, y] = end;
  const lane = Math.min(sy, y) + (Math.abs(sy - y) < 1 ? -1 : 1) * (BOX.down / 2);
  const d = x - sx > BOX.across
    ? `M${sx} ${sy}C${sx + 45} ${sy} ${sx + 35} ${lane} ${sx + 80} ${lane}H${x - 80}C${x - 35} ${lane} ${x - 45} ${y} ${x} ${y}`
    : `M${sx} ${sy}C${back ? sx - bend : sx + bend} ${sy} ${x - bend} ${y} ${x} ${y}`;
  const stuck = from.stuck && from.stuck === to.stuck;
  const path = shape('path', { d, class: stuck ? `${sort} stuck` : sort, 'marker-end': `url(#${sort.split(' ')[0]})` });
  map.edges.push({ from, to, path });
  return path;
};

map.update = (hits, only) => {
  if (!map.made) return;
  if (map.only !== only) {
    map.only = only;
    map.draw();
    map.open();
  }
  const lit = hits && new Set([...hits].flatMap((hit) => [hit, hit.parent, hit.parent?.parent]));
  for (const [one, box] of map.boxes) box.classList.toggle('faint', Boolean(lit) && !lit.has(one));
  for (const { from, to, path } of map.edges) path.classList.toggle('faint', Boolean(lit) && !(lit.has(from) && lit.has(to)));
};

map.show = (chosen) => {
  if (!map.made) return;
  const of = (one) => (one?.type === 'object' ? (one.declares ?? of(one.parent)) : one);
  const unit = of(chosen);
  for (const [one, box] of map.boxes) box.classList.toggle('chosen', one === unit);
  for (const { from, to, path } of map.edges) path.classList.toggle('near', from === unit || to === unit);
  if (map.boxes.has(unit)) map.reveal(unit);
};

map.place = () => map.all.setAttribute('transform', `translate(${map.x} ${map.y}) scale(${map.scale})`);
map.fit = () => {
  const { clientWidth: width, clientHeight: height } = map.svg;
  map.scale = Math.max(0.05, Math.min(1.1, (width - 48) / map.width, (height - 96) / map.height));
  map.x = (width - map.width * map.scale) / 2;
  map.y = Math.max(24, (height - map.height * map.scale) / 2 - 12);
  map.place();
};
// At first the width counts: what is too tall is reached by moving down.
map.open = () => {
  const { clientWidth: width } = map.svg;
  map.fit();
  if (map.scale >= 0.55) return;
  map.scale = Math.max(0.55, Math.min(1, (width - 48) / map.width));
  map.x = Math.max(24, (width - map.width * map.scale) / 2);
  map.y = 24;
  map.place();
};
map.reveal = (one) => {
  const x = map.x + (one.x + BOX.width / 2) * map.scale;
  const y = map.y + (one.y + BOX.height / 2) * map.scale;
  const { clientWidth: width, clientHeight: height } = map.svg;
  if (width && (x < 60 || y < 40 || x > width - 60 || y > height - 60)) map.pan(width / 2 - x, height / 2 - y);
};
map.zoom = (factor, x = map.svg.clientWidth / 2, y = map.svg.clientHeight / 2) => {
  const scale = Math.max(0.05, Math.min(3, map.scale * factor));
  map.x = x - (x - map.x) * (scale / map.scale);
  map.y = y - (y - map.y) * (scale / map.scale);
  map.scale = scale;
  map.place();
};
map.pan = (x, y) => {
  map.x += x;
  map.y += y;
  map.place();
};

// Dragging with one finger or the mouse moves, two fingers zoom.
const fingers = new Map();
let dragged = 0;
map.svg.onpointerdown = (event) => {
  fingers.set(event.pointerId, event);
  dragged = 0;
};
map.svg.onpointermove = (event) => {
  const last = fingers.get(event.pointerId);
  if (!last) return;
  const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
  const distance = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  dragged += Math.abs(event.clientX - last.clientX) + Math.abs(event.clientY - last.clientY);
  if (dragged > 4 && !map.svg.hasPointerCapture(event.pointerId)) map.svg.setPointerCapture(event.pointerId);
  if (other) map.zoom(distance(event) / distance(last), (event.offsetX + other.offsetX) / 2, (event.offsetY + other.offsetY) / 2);
  else map.pan(event.clientX - last.clientX, event.clientY - last.clientY);
  fingers.set(event.pointerId, event);
  map.svg.classList.add('moving');
};
map.svg.onpointerup = map.svg.onpointercancel = (event) => {
  fingers.delete(event.pointerId);
  map.svg.classList.remove('moving');
};
map.svg.addEventListener('click', (event) => { if (dragged > 4) event.preventDefault(); }, true);
map.svg.addEventListener('wheel', (event) => {
  event.preventDefault();
  map.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.offsetX, event.offsetY);
}, { passive: false });
map.svg.onkeydown = (event) => {
  const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in moves) map.pan(...moves[event.key]);
  else if (event.key === '+' || event.key === '=') map.zoom(1.25);
  else if (event.key === '-') map.zoom(0.8);
  else if (event.key === '0') map.fit();
  else return;
  event.preventDefault();
};
// A box that gets the focus moves into sight.
map.svg.addEventListener('focusin', (event) => {
  const one = [...map.boxes].find(([, box]) => box === event.target)?.[0];
  if (one && event.target.matches(':focus-visible')) map.reveal(one);
});
document.getElementById('zoom-in').onclick = () => map.zoom(1.25);
document.getElementById('zoom-out').onclick = () => map.zoom(0.8);
document.getElementById('zoom-fit').onclick = map.fit;
