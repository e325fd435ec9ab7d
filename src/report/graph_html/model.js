
// The picture with what the page needs to know about it: one node for everything that can be chosen.
const picture = JSON.parse(document.getElementById('picture').textContent);
const about = JSON.parse(document.getElementById('about').textContent);

const clusters = picture.clusters.map((cluster) => node('cluster', cluster, cluster.name, null));
const nowhere = node('cluster', { directory: null }, 'reached from no cluster', null);
const units = [];
for (const unit of picture.units) {
  const home = unit.cluster === null ? nowhere : clusters[unit.cluster];
  units.push(node('unit', unit, unit.id.replace(/^(flux|argo):/, ''), unit.parent === null ? home : units[unit.parent]));
}
const objects = [];
for (const object of picture.objects) {
  const before = objects.at(-1);
  const maker = object.made && before ? (before.data.made ? before.parent : before) : null;
  objects.push(node('object', object, object.name || '(no name)', maker ?? units[object.unit] ?? nowhere));
}
const tops = nowhere.children.length ? [...clusters, nowhere] : clusters;
const every = [];
walk(tops, 0);

picture.edges.forEach((edge) => {
  objects[edge.from].out.push(edge);
  if ('shown' in edge.to) objects[edge.to.shown].in.push(edge);
});
picture.units.forEach((unit, number) => {
  if (unit.declared !== null) objects[unit.declared].declares = units[number];
  for (const target of unit.depends_on) if ('shown' in target) units[target.shown].in.push(units[number]);
});
picture.cycles.forEach((cycle) => cycle.forEach((number) => { units[number].stuck = cycle; }));
picture.notes.forEach((note) => { (units[note.unit] ?? clusters[note.cluster] ?? nowhere).notes.push(note); });

function node(type, data, name, parent) {
  const made = { type, data, name, parent, children: [], out: [], in: [], notes: [], folded: false };
  if (parent) parent.children.push(made);
  return made;
}

// Gives every node its depth, its cluster, the text that is searched, and a name of its own for links; objects before the units below.
function walk(nodes, depth) {
  const pending = nodes.map((one) => [one, depth]).reverse();
  const keys = new Map();
  while (pending.length) {
    const [one, level] = pending.pop();
    const { data, parent } = one;
    one.depth = level;
    one.home = parent ? parent.home : one;
    one.place = data.place ? `${data.place.path}:${data.place.line}` : '';
    if (one.type === 'cluster') one.key = data.directory === null ? 'none' : `cluster/${one.name}`;
    if (one.type === 'unit') one.key = `${one.home.name}/${data.id}`;
    if (one.type === 'object') {
      one.title = data.namespace ? `${data.namespace}/${one.name}` : one.name;
      one.key = `${parent.type === 'object' ? parent.parent.key : parent.key}/${data.kind}/${one.title}`;
    }
    const seen = keys.get(one.key) ?? 0;
    keys.set(one.key, seen + 1);
    if (seen) one.key += `~${seen + 1}`;
    const more = one.type === 'object' ? [data.kind, one.title, data.group] : [data.id, data.directory, ...(data.directories ?? [])];
    one.text = [one.name, one.home.name, one.place, ...more].join(' ').toLowerCase();
    one.number = every.push(one) - 1;
    one.children.sort((a, b) => (a.type === 'unit') - (b.type === 'unit'));
    for (const child of [...one.children].reverse()) pending.push([child, level + 1]);
  }
}

const byKey = new Map(every.map((one) => [one.key, one]));

// The nodes that fulfil every wish, as a set; `null` where nothing is wished for.
function search({ query, cluster, namespace, kind }) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length && !cluster && !namespace && !kind) return null;
  const onlyObjects = namespace || kind;
  return new Set(every.filter((one) =>
    (!cluster || one.home.key === cluster)
    && (!onlyObjects || one.type === 'object')
    && (!namespace || one.data.namespace === namespace)
    && (!kind || one.data.kind === kind)
    && words.every((word) => one.text.includes(word))));
}

// Much that is named comes with the cluster or with a chart; a Secret seldom does.
const lacks = (edge) => 'missing' in edge.to && edge.kind === 'reads_secret' && !edge.optional;
const isSecret = (data) => data.kind === 'Secret' && data.group === '';

// Elements are made here and nowhere from text, so a name is never read as markup.
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key in made && !key.startsWith('aria')) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== ''));
  return made;
}
const link = (one, text = one.title ?? one.name) => element('a', { href: `#${encodeURI(one.key)}` }, text);
