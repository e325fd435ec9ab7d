
// What is asked for, what is chosen, and what there is to say about it.
const wish = Object.fromEntries(['query', 'cluster', 'namespace', 'kind'].map((id) => [id, document.getElementById(id)]));
const detail = document.getElementById('detail');

function options(select, every, values) {
  select.append(element('option', { value: '' }, every), ...values.map(([value, text]) => element('option', { value }, text)));
}
const named = (values) => [...new Set(values.filter(Boolean))].sort().map((value) => [value, value]);
options(wish.cluster, 'All clusters', tops.map((one) => [one.key, one.name]));
options(wish.namespace, 'All namespaces', named(picture.objects.map((one) => one.namespace)));
options(wish.kind, 'All kinds', named(picture.objects.map((one) => one.kind)));

function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function update() {
  const hits = search(Object.fromEntries(Object.entries(wish).map(([name, input]) => [name, input.value])));
  list.box.scrollTop = 0;
  list.update(hits);
  map.update(hits, wish.cluster.value);
  document.getElementById('found').textContent = hits
    ? `${counted(hits.size, 'match', 'matches')} of ${every.length.toLocaleString('en')}`
    : [counted(picture.clusters.length, 'cluster'), counted(units.length, 'unit'), counted(objects.length, 'object')].join(', ');
}

const choose = (one) => { location.hash = encodeURI(one.key); };

function follow() {
  let key = '';
  try { key = decodeURI(location.hash.slice(1)); } catch { /* No link of this page. */ }
  const one = byKey.get(key);
  list.show(one ?? { parent: null });
  map.show(one);
  detail.classList.toggle('open', Boolean(one));
  detail.replaceChildren(...(one ? describe(one) : greeting()));
  detail.scrollTop = 0;
  document.title = one ? `${one.title ?? one.name} · ${about.title}` : `${about.title} · treewright graph`;
}

// A place in a file, as a link where it is known where the sources can be seen.
function at(place) {
  if (!place) return '';
  const text = `${place.path}:${place.line}`;
  if (!about.source_url) return element('span', { className: 'at' }, text);
  const path = place.path.split('/').map(encodeURIComponent).join('/');
  const href = about.source_url.split('{path}').join(path).split('{line}').join(place.line);
  return element('a', { className: 'at', href, rel: 'noreferrer' }, text);
}

const wrong = (text) => element('span', { className: 'wrong' }, text);
const titled = (one) => (one.type === 'object' ? `${one.data.kind} ${one.title}` : one.name);
const full = ({ kind, namespace, name }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

function facts(...pairs) {
  const rows = pairs.filter(([, value]) => value !== '' && value !== null && value !== undefined);
  return element('dl', {}, ...rows.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, ...[value].flat())]));
}

function group(title, items) {
  return items.length ? [element('h3', {}, title), element('ul', {}, ...items.map((item) => element('li', {}, ...[item].flat())))] : [];
}

const notes = (one) => group('Notes', one.notes.map((note) => [note.severity === 'error' ? wrong(note.text) : note.text, element('small', {}, at(note.place))]));
const close = () => element('button', { id: 'close', type: 'button', onclick: () => { location.hash = ''; } }, 'Close');

function greeting() {
  const lacking = objects.filter((one) => one.out.some(lacks));
  const said = picture.notes.map((note) => [link(units[note.unit] ?? clusters[note.cluster] ?? nowhere), element('small', {}, note.text, ' ', at(note.place))]);
  return [
    element('h2', {}, about.title),
    facts(['clusters', picture.clusters.length], ['units', units.length], ['objects', objects.length]),
    ...group('Wait for each other', picture.cycles.map((cycle) => cycle.flatMap((number, place) => [place ? ', ' : '', link(units[number])]))),
    ...group('Read a Secret that is not in this repository', lacking.slice(0, 50).map((one) => [link(one, titled(one)), element('small', {}, one.home.name)])),
    ...group('Notes', said.slice(0, 50)),
    element('h3', {}, 'Keys'),
    facts(['/', 'search'], ['↑ ↓ ← →', 'walk through the list'], ['Enter', 'show what is chosen']),
  ];
}

function describe(one) {
  const say = { cluster: describeCluster, unit: describeUnit, object: describeObject }[one.type];
  return [close(), ...say(one)];
}

function describeCluster(one) {
  return [
    element('p', { className: 'over' }, 'Cluster'),
    element('h2', {}, one.name),
    facts(['directory', one.data.directory ?? ''], ['units', units.filter((unit) => unit.home === one).length], ['objects', objects.filter((object) => object.home === one).length]),
    ...notes(one),
    ...group('Begins with', one.children.filter((child) => child.type === 'unit').map((child) => link(child))),
  ];
}

function describeUnit(one) {
  const { data } = one;
  const engine = { flux: 'Flux Kustomization', argo: 'Argo CD Application' }[data.engine] ?? 'Nothing in this repository applies this';
  const other = (target) => ('shown' in target ? link(units[target.shown]) : 'missing' in target ? [target.missing, ' ', wrong('not in this repository')] : [target.left_out, ' (elsewhere in this repository)']);
  const held = Map.groupBy(one.children.filter((child) => child.type === 'object'), (child) => child.data.kind);
  const kinds = [...held].sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    element('p', { className: 'over' }, engine),
    element('h2', {}, one.name),
    facts(
      ['cluster', link(one.home)],
      ['written in', at(data.place)],
      ['applies', data.directories.map((path) => path || '.').join(', ')],
      ['applied by', one.parent.type === 'unit' ? link(one.parent) : ''],
      ['object', data.declared === null ? '' : link(objects[data.declared], 'its declaration')],
      ['order', data.step === 0 ? 'first' : `after ${data.step} step${data.step === 1 ? '' : 's'}`],
      ['sync wave', data.wave || ''],
      ['goes to', data.destination],
      ['state', data.suspended ? 'suspended' : ''],
    ),
    ...(one.stuck ? [element('p', { className: 'wrong' }, one.stuck.length === 1 ? 'Waits for itself, so it is never applied.' : 'Waits in a circle with others, so none of them is ever applied.')] : []),
    ...notes(one),
    ...group('Comes after', data.depends_on.map(other)),
    ...group('Comes before', one.in.map((later) => link(later))),
    ...group('Applies the units', one.children.filter((child) => child.type === 'unit').map((child) => link(child))),
    ...(kinds.length ? [element('h3', {}, 'Objects')] : []),
    ...kinds.map(([kind, members]) => unfolding(kind, members, kinds.length === 1)),
  ];
}

// The members of a kind are listed when somebody looks.
function unfolding(kind, members, open) {
  const details = element('details', {}, element('summary', {}, `${kind} (${members.length})`));
  details.ontoggle = () => {
    if (details.open && details.children.length === 1) details.append(element('ul', {}, ...members.map((one) => element('li', {}, link(one), element('small', {}, at(one.data.place))))));
  };
  details.open = open;
  return details;
}

function describeObject(one) {
  const { data } = one;
  const maker = data.made ? one.parent : null;
  const words = { makes: 'makes', reads_secret: 'reads', refers_to: '' };
  const more = (edge) => element('small', {}, ...spaced(edge.field && element('code', {}, edge.field), edge.keys.length ? `keys: ${edge.keys.join(', ')}` : '', edge.optional ? 'optional' : '', at(edge.place)));
  const target = (edge) => {
    if ('shown' in edge.to) return link(objects[edge.to.shown], titled(objects[edge.to.shown]));
    const lacking = 'missing' in edge.to;
    return element('span', {}, full(edge.to.missing ?? edge.to.left_out), ' ', lacks(edge) ? wrong('not in this repository') : lacking ? '(not in this repository)' : '(elsewhere in this repository)');
  };
  const unit = maker ? maker.parent : one.parent;
  return [
    element('p', { className: 'over' }, data.kind),
    element('h2', {}, one.name),
    facts(
      ['namespace', data.namespace],
      ['API version', data.group ? `${data.group}/${data.version}` : data.version],
      ['made by', maker ? link(maker, titled(maker)) : ''],
      [maker ? 'that is written in' : 'written in', at(data.place)],
      ['applied by', unit.type === 'unit' ? link(unit) : 'nothing here'],
      ['cluster', unit.home === nowhere ? '' : link(unit.home)],
      ['declares', one.declares ? link(one.declares) : ''],
    ),
    ...group('Leads to', one.out.map((edge) => [words[edge.kind] ? `${words[edge.kind]} ` : '', target(edge), more(edge)])),
    ...group('Comes from', one.in.map((edge) => [link(objects[edge.from], titled(objects[edge.from])), ` ${edge.kind === 'makes' ? 'makes this' : edge.kind === 'reads_secret' ? 'reads this' : 'names this'}`, more(edge)])),
  ];
}

const spaced = (...parts) => parts.filter((part) => part !== '' && part !== undefined).flatMap((part, place) => (place ? [' · ', part] : [part]));

function view(name) {
  for (const one of ['list', 'map']) {
    document.getElementById(one).hidden = one !== name;
    document.getElementById(`show-${one}`).setAttribute('aria-pressed', String(one === name));
  }
  if (name === 'map' && !map.made) {
    map.draw();
    map.open();
    map.update(list.hits, wish.cluster.value);
    map.show(list.chosen);
  }
}
document.getElementById('show-list').onclick = () => view('list');
document.getElementById('show-map').onclick = () => view('map');

for (const input of Object.values(wish)) input.oninput = update;
wish.query.onkeydown = (event) => {
  if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
  event.preventDefault();
  list.move(Math.max(0, list.rows.findIndex((one) => !list.hits || list.hits.has(one))));
  list.box.focus();
};
document.onkeydown = (event) => {
  if (event.key === '/' && !event.target.matches('input, select') && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    view('list');
    wish.query.focus();
  }
};

document.getElementById('page').hidden = false;
update();
follow();
window.onhashchange = follow;
