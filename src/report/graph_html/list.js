
// The tree of everything. Only the rows that can be seen are in the document.
const ROW = 28;
const list = { box: document.getElementById('rows'), room: document.getElementById('room'), rows: [], hits: null, here: 0, chosen: null };

// Which rows there are: all but those below a folded one; in a search the hits and what is above them.
list.update = (hits) => {
  list.hits = hits;
  const kept = hits && new Set();
  for (const hit of hits ?? []) for (let one = hit; one && !kept.has(one); one = one.parent) kept.add(one);
  const at = list.rows[list.here];
  list.rows = [];
  for (let number = 0; number < every.length; number += 1) {
    const one = every[number];
    if (kept && !kept.has(one)) continue;
    list.rows.push(one);
    if (one.folded && !hits) while (every[number + 1]?.depth > one.depth) number += 1;
  }
  list.here = Math.max(0, list.rows.indexOf(at));
  list.room.style.height = `${list.rows.length * ROW}px`;
  list.draw();
};

list.draw = () => {
  const first = Math.max(0, Math.floor(list.box.scrollTop / ROW) - 8);
  const last = Math.min(list.rows.length, Math.ceil((list.box.scrollTop + list.box.clientHeight) / ROW) + 8);
  const drawn = [];
  for (let at = first; at < last; at += 1) drawn.push(list.row(list.rows[at], at));
  list.room.replaceChildren(...drawn);
  const here = document.getElementById(`row-${list.rows[list.here]?.number}`);
  if (here) list.box.setAttribute('aria-activedescendant', here.id);
  else list.box.removeAttribute('aria-activedescendant');
};

list.row = (one, at) => {
  const { data, type } = one;
  const kinds = ['row', type, at === list.here ? 'here' : '', list.hits && !list.hits.has(one) ? 'above' : '', type === 'object' && isSecret(data) ? 'secret' : ''];
  const foldable = one.children.length > 0 && !list.hits;
  const sign = foldable ? (one.folded ? '▸' : '▾') : '';
  const row = element('div', {
    className: kinds.filter(Boolean).join(' '), id: `row-${one.number}`, role: 'treeitem',
    'aria-level': one.depth + 1, 'aria-selected': String(one === list.chosen), 'aria-expanded': foldable ? String(!one.folded) : null,
  },
  element('span', { className: 'fold', 'aria-hidden': 'true' }, sign),
  type === 'object' ? element('span', { className: 'kind' }, data.kind) : '',
  element('span', { className: 'name' }, one.title ?? one.name),
  ...marks(one),
  element('span', { className: 'place' }, `\u200e${type === 'object' ? one.place : (data.directories ?? [data.directory ?? '']).join(', ')}`));
  row.style.top = `${at * ROW}px`;
  row.style.paddingLeft = `${0.5 + one.depth * 1.15}rem`;
  row.onclick = (event) => {
    list.here = at;
    if (event.target.className === 'fold' && foldable) list.fold(one, !one.folded);
    else choose(one);
  };
  return row;
};

function marks(one) {
  const mark = (text, sort) => element('span', { className: `mark ${sort}` }, text);
  const { data } = one;
  const found = [];
  if (data.suspended) found.push(mark('suspended', 'calm'));
  if (data.wave) found.push(mark(`wave ${data.wave}`, 'calm'));
  if (data.made) found.push(mark('made', 'calm'));
  if (one.stuck) found.push(mark('in a circle', 'wrong'));
  if (one.notes.some((note) => note.severity === 'error')) found.push(mark('fails', 'wrong'));
  else if (one.notes.length) found.push(mark(one.notes.length === 1 ? '1 note' : `${one.notes.length} notes`, 'calm'));
  if (one.out.some(lacks) || (data.depends_on ?? []).some((target) => 'missing' in target)) found.push(mark('something missing', 'wrong'));
  return found;
}

list.fold = (one, folded) => {
  one.folded = folded;
  list.update(list.hits);
};

list.show = (one) => {
  list.chosen = one;
  for (let above = one.parent; above; above = above.parent) above.folded = false;
  if (!list.hits) list.update(null);
  const at = list.rows.indexOf(one);
  if (at >= 0) list.move(at);
  else list.draw();
};

list.move = (at) => {
  list.here = Math.max(0, Math.min(list.rows.length - 1, at));
  const top = list.here * ROW;
  if (top < list.box.scrollTop) list.box.scrollTop = top;
  const bottom = top + ROW - list.box.clientHeight;
  if (bottom > list.box.scrollTop) list.box.scrollTop = bottom;
  list.draw();
};

list.key = (event) => {
  const one = list.rows[list.here];
  if (!one || event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, Math.floor(list.box.clientHeight / ROW) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key in moves) list.move(list.here + moves[event.key]);
  else if (event.key === 'Enter' || event.key === ' ') choose(one);
  else if (event.key === 'ArrowRight' && one.folded) list.fold(one, false);
  else if (event.key === 'ArrowRight' && one.children.length) list.move(list.here + 1);
  else if (event.key === 'ArrowLeft' && one.children.length && !one.folded && !list.hits) list.fold(one, true);
  else if (event.key === 'ArrowLeft' && one.parent) list.move(list.rows.indexOf(one.parent));
  else return;
  event.preventDefault();
};

list.box.onkeydown = list.key;
list.box.onscroll = () => requestAnimationFrame(list.draw);
new ResizeObserver(list.draw).observe(list.box);
