//! External Secrets: from the entry of a store to the keys of a Secret, and back into a store.
//!
//! Must not know who takes the Secret.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::{
    Break, Hop,
    build::{Builder, Provided},
};
use crate::{
    graph::{
        DataKind, Store,
        external_secret::{ExternalSecret, Item, NamedKind, Read},
        template,
    },
    manifest::{ObjectId, RenderedObject, sensitive::is_placeholder},
    text::nearest,
    yaml::{Origin, Value},
};

/// An ExternalSecret in one namespace.
struct Target<'t> {
    object: &'t RenderedObject,
    spec: &'t ExternalSecret,
    namespace: Option<SmolStr>,
    name: SmolStr,
}

impl Builder<'_> {
    pub(super) fn external_secret(
        &mut self,
        object: &RenderedObject,
        spec: Option<&Value>,
        namespaces: &[Option<SmolStr>],
    ) {
        let Some(spec) = spec else { return };
        let text = |keys: &[&str], from: &Value| from.pointer(keys)?.as_scalar().map(|scalar| scalar.text.clone());
        let name = text(&["target", "name"], spec)
            .or_else(|| text(&["spec", "externalSecretName"], &object.value))
            .unwrap_or_else(|| object.id.name.clone());
        let external = ExternalSecret::of(spec);
        for namespace in namespaces {
            let target = Target { object, spec: &external, namespace: namespace.clone(), name: name.clone() };
            let makers: Vec<usize> = external.items.iter().map(|item| self.item(&target, item)).collect();
            if external.writes {
                let provided = self.keys(&target, &makers);
                self.provided.entry((DataKind::Secret, name.clone())).or_default().push(provided);
            }
        }
    }

    /// The hops of one entry: what it reads, and the entry itself.
    fn item(&mut self, target: &Target<'_>, item: &Item) -> usize {
        let (name, origin) = item.name.clone().unwrap_or_else(|| (item.field.clone().into(), item.origin));
        let id = ObjectId { namespace: target.object.id.namespace.clone(), ..target.object.id.clone() };
        let maker = self.wiring.node(Hop::Maker { object: id, item: Some(name) }, Some(origin));
        let place = target.namespace.as_deref();
        match &item.read {
            Read::Generator(generator) => self.generator(maker, generator, place),
            Read::Entry { key, property, origin, .. } => {
                let store = self.store(maker, item.store.as_ref().or(target.spec.store.as_ref()), place);
                self.entry(maker, store.as_ref(), key, property.as_ref(), *origin);
            }
            Read::Find { path } => {
                let store = self.store(maker, item.store.as_ref().or(target.spec.store.as_ref()), place);
                let all = if path.is_empty() { SmolStr::from("*") } else { format!("{path}*").into() };
                self.entry(maker, store.as_ref(), &all, None, item.origin);
            }
        }
        maker
    }

    fn entry(
        &mut self,
        reader: usize,
        store: Option<&Store>,
        key: &SmolStr,
        property: Option<&SmolStr>,
        origin: Origin,
    ) {
        let Some(store) = store else { return };
        if let Some(namespace) = &store.remote_namespace {
            self.copies.push((reader, store.id.clone(), namespace.clone(), key.clone(), property.cloned()));
            return;
        }
        let entry = self.wiring.node(entry_hop(store, key, property), Some(store_origin(store)));
        self.wiring.detail(entry, store.description());
        self.wiring.edge(entry, reader);
        let Some(vault) = store.vault.as_ref() else { return };
        let paths = vault.paths(key);
        if paths.data_twice {
            let mount = vault.mount.clone().unwrap_or_default();
            self.wiring.broken_at(
                reader,
                Break {
                    message: format!("this reads `{}`: the store adds `{mount}/data/` itself", paths.data),
                    help: key.strip_prefix("data/").map(|short| format!("write `key: {short}`")),
                    place: Some(origin),
                    optional: false,
                },
            );
        }
    }

    /// The store that a reference means; what is wrong with the reference is said at `reader`.
    fn store(&mut self, reader: usize, reference: Option<&NamedKind>, namespace: Option<&str>) -> Option<Store> {
        let Some(reference) = reference else {
            self.wiring.broken_at(reader, problem("it names no store".to_owned(), None, None));
            return None;
        };
        let (kind, name) = (&reference.kind, &reference.name);
        let named: Vec<&Store> = self.stores.iter().filter(|store| store.id.name == *name).collect();
        let of_kind = |store: &&&Store| store.id.kind == *kind;
        if let Some(store) = named.iter().filter(of_kind).find(|store| store.serves(namespace)) {
            return Some((**store).clone());
        }
        let place = namespace.map(|namespace| format!(" in namespace `{namespace}`")).unwrap_or_default();
        let found = if let Some(other) = named.iter().find(of_kind) {
            let said = match &other.id.namespace {
                Some(own) => format!("{kind} `{name}` is in namespace `{own}` and serves only that"),
                None => format!("{kind} `{name}` does not serve namespace `{}`", namespace.unwrap_or_default()),
            };
            problem(said, None, Some(store_origin(other)))
        } else if let Some(other) = named.first() {
            let help = format!("write `kind: {}`", other.id.kind);
            problem(format!("there is no {kind} `{name}`{place}"), Some(help), Some(store_origin(other)))
        } else {
            let names = self.stores.iter().filter(|store| store.id.kind == *kind && store.serves(namespace));
            let near = nearest(name, names.map(|store| store.id.name.as_str())).map(str::to_owned);
            let other = near.as_ref().and_then(|near| self.stores.iter().find(|store| store.id.name == *near));
            let origin = other.map(store_origin);
            let place = if kind.starts_with("Cluster") { String::new() } else { place };
            problem(format!("there is no {kind} `{name}`{place}"), near.map(|near| did_you_mean(&near)), origin)
        };
        if !is_placeholder(name) {
            self.wiring.broken_at(reader, found);
        }
        None
    }

    fn generator(&mut self, reader: usize, generator: &NamedKind, namespace: Option<&str>) {
        let is_generator = |object: &&RenderedObject| {
            object.id.group == "generators.external-secrets.io"
                && object.id.kind == generator.kind
                && (object.id.is_cluster_scoped()
                    || namespace.is_none()
                    || object.id.namespace.is_none()
                    || object.id.namespace.as_deref() == namespace)
        };
        let all: Vec<&RenderedObject> = self.objects.iter().filter(is_generator).collect();
        if let Some(found) = all.iter().find(|object| object.id.name == generator.name) {
            let made = self.wiring.node(Hop::Maker { object: found.id.clone(), item: None }, Some(found.origin()));
            self.wiring.edge(made, reader);
            return;
        }
        let near = nearest(&generator.name, all.iter().map(|object| object.id.name.as_str()));
        let other = near.and_then(|near| all.iter().find(|object| object.id.name == near));
        let message = format!("there is no {} `{}`", generator.kind, generator.name);
        let found = problem(message, near.map(did_you_mean), other.map(|other| other.origin()));
        self.wiring.broken_at(reader, found);
    }

    /// The keys of the Secret, each behind the entries that give it.
    fn keys(&mut self, target: &Target<'_>, makers: &[usize]) -> Provided {
        let mut keys: BTreeMap<SmolStr, Vec<usize>> = BTreeMap::new();
        let spec = target.spec;
        for key in spec.template.iter().flatten() {
            let Some(text) = &key.text else {
                let node = self.data(target, &key.key, None, key.origin);
                makers.iter().for_each(|&maker| self.wiring.edge(maker, node));
                keys.entry(key.key.clone()).or_default().push(node);
                continue;
            };
            let nodes = self.template_key(target, makers, (&key.key, text, key.origin));
            keys.entry(key.key.clone()).or_default().extend(nodes);
        }
        for (item, &maker) in spec.items.iter().zip(makers).filter(|_| spec.passes_on) {
            let named = item.name.iter().map(|(name, _)| name.clone());
            for name in named.chain(item.names.into_iter().flatten().map(|&name| name.into())) {
                let node = self.data(target, &name, None, Origin::NONE);
                self.wiring.edge(maker, node);
                keys.entry(name).or_default().push(node);
            }
        }
        let open = spec.open.then(|| makers.to_vec());
        Provided {
            namespace: target.namespace.clone(),
            keys,
            open,
            by: target.object.id.clone(),
            origin: target.object.origin(),
        }
    }

    fn data(&mut self, target: &Target<'_>, key: &SmolStr, inner: Option<String>, origin: Origin) -> usize {
        let hop = Hop::Data {
            kind: DataKind::Secret,
            namespace: target.namespace.clone(),
            name: target.name.clone(),
            key: Some(key.clone()),
            inner,
        };
        self.wiring.node(hop, Some(origin))
    }

    /// The hops of a key that a template writes: one for each path in it that takes a value.
    fn template_key(
        &mut self,
        target: &Target<'_>,
        makers: &[usize],
        (key, text, origin): (&SmolStr, &SmolStr, Origin),
    ) -> Vec<usize> {
        let uses = template::uses(text);
        let items = || target.spec.items.iter().zip(makers);
        let mut nodes = Vec::new();
        for (name, inner) in &uses.names {
            let inner = Some(inner.clone()).filter(|inner| !inner.is_empty());
            let node = self.data(target, key, inner, origin);
            nodes.push(node);
            let gives = |item: &Item| {
                item.name.as_ref().is_some_and(|(given, _)| given == name)
                    || item.names.is_some_and(|names| names.contains(&name.as_str()))
            };
            let mut found: Vec<usize> = items().filter(|(item, _)| gives(item)).map(|(_, &maker)| maker).collect();
            if found.is_empty() {
                found =
                    items().filter(|(item, _)| item.name.is_none() && item.names.is_none()).map(|(_, &m)| m).collect();
            }
            if found.is_empty() && !uses.open {
                let known: Vec<&str> = items()
                    .flat_map(|(item, _)| {
                        let named = item.name.iter().map(|(name, _)| name.as_str());
                        named.chain(item.names.into_iter().flatten().copied())
                    })
                    .collect();
                let help = nearest(name, known.iter().copied()).map(did_you_mean);
                let message = format!("the template takes `.{name}`, which no entry of this ExternalSecret gives");
                self.wiring.broken_at(node, problem(message, help, Some(origin)));
            }
            found.into_iter().for_each(|maker| self.wiring.edge(maker, node));
        }
        if uses.names.is_empty() {
            let node = self.data(target, key, None, origin);
            if uses.open {
                makers.iter().for_each(|&maker| self.wiring.edge(maker, node));
            } else {
                self.wiring.detail(node, "written in the template");
            }
            nodes.push(node);
        }
        nodes
    }

    /// The entries that a PushSecret writes, behind the node that stands for it.
    pub(super) fn push(&mut self, object: &RenderedObject, spec: &Value, data: &[(Option<SmolStr>, usize)]) {
        let stores = spec.get("secretStoreRefs").and_then(Value::as_sequence).unwrap_or_default();
        let entries = spec.get("data").and_then(Value::as_sequence).unwrap_or_default();
        let text = |value: Option<&Value>| value?.as_scalar().map(|scalar| scalar.text.clone());
        for (index, entry) in entries.iter().enumerate() {
            let item = text(entry.pointer(&["match", "secretKey"]));
            let name = item.clone().unwrap_or_else(|| format!("data[{index}]").into());
            let maker =
                self.wiring.node(Hop::Maker { object: object.id.clone(), item: Some(name) }, Some(entry.origin));
            for (key, node) in data {
                if item.is_none() || key.is_none() || *key == item {
                    self.wiring.edge(*node, maker);
                }
            }
            let remote = entry.pointer(&["match", "remoteRef"]);
            let Some(key) = text(remote.and_then(|remote| remote.get("remoteKey"))) else { continue };
            let property = text(remote.and_then(|remote| remote.get("property")));
            for reference in stores {
                let Some(name) = reference.get("name") else { continue };
                let kind = text(reference.get("kind")).unwrap_or_else(|| "SecretStore".into());
                let reference = NamedKind { kind, name: text(Some(name)).unwrap_or_default(), origin: name.origin };
                let Some(store) = self.store(maker, Some(&reference), object.id.namespace.as_deref()) else { continue };
                let entry = self.wiring.node(entry_hop(&store, &key, property.as_ref()), Some(store_origin(&store)));
                self.wiring.detail(entry, store.description());
                self.wiring.edge(maker, entry);
            }
        }
    }
}

fn entry_hop(store: &Store, key: &str, property: Option<&SmolStr>) -> Hop {
    let address = store.address.clone().unwrap_or_default();
    Hop::Entry { backend: format!("{} {address}", store.provider), path: store.entry(key), property: property.cloned() }
}

fn store_origin(store: &Store) -> Origin {
    store.vault.as_ref().map_or(store.origin, |vault| vault.origin)
}

fn problem(message: String, help: Option<String>, place: Option<Origin>) -> Break {
    Break { message, help, place, optional: false }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}
