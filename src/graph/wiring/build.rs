//! The order in which the ways are put together: who makes what, then who takes it.
//!
//! Must not know how ways are shown.

use std::collections::{BTreeMap, HashMap};

use smol_str::SmolStr;

use super::{
    Hop, Wiring,
    charts::{Charts, ReleaseCharts},
};
use crate::{
    cluster::ComposedRelease,
    config::External,
    graph::{DataKind, Keys, Produced, Store, chart_values, produced},
    manifest::{ObjectId, RenderedObject},
    yaml::{Origin, Value},
};

/// A Secret or ConfigMap that something makes.
#[derive(Debug)]
pub(super) struct Provided {
    pub namespace: Option<SmolStr>,
    /// The nodes of each key.
    pub keys: BTreeMap<SmolStr, Vec<usize>>,
    /// Whether there may be other keys, which come from these nodes.
    pub open: Option<Vec<usize>>,
    pub by: ObjectId,
    pub origin: Origin,
}

/// What is known while the ways are put together.
pub(super) struct Builder<'b> {
    pub wiring: Wiring,
    pub objects: &'b [RenderedObject],
    /// What is in the cluster, but not in the repository.
    pub external: &'b [External],
    pub stores: Vec<Store>,
    pub provided: HashMap<(DataKind, SmolStr), Vec<Provided>>,
    /// The names with a content hash of what kustomize generates, and the names that people write.
    pub hashed: HashMap<(DataKind, SmolStr), SmolStr>,
    /// What stores of this cluster's own Secrets read: the node that reads, the namespace, the Secret, the key.
    pub copies: Vec<(usize, ObjectId, SmolStr, SmolStr, Option<SmolStr>)>,
}

impl Wiring {
    /// Puts together the ways through the objects of one cluster and the values of its releases; `external` is there without being in the repository.
    pub fn of(
        objects: &[RenderedObject],
        releases: &[ComposedRelease],
        charts: &Charts<'_>,
        external: &[External],
    ) -> Self {
        let stores = objects.iter().filter_map(|object| Store::of(&object.id, &object.value)).collect();
        let mut builder = Builder {
            wiring: Self::default(),
            objects,
            external,
            stores,
            provided: HashMap::new(),
            hashed: HashMap::new(),
            copies: Vec::new(),
        };
        for object in objects {
            builder.provide(object);
        }
        let found: Vec<(&ComposedRelease, ReleaseCharts)> =
            releases.iter().map(|release| (release, ReleaseCharts::of(&release.release, charts))).collect();
        for (release, charts) in &found {
            builder.provide_certificates(release, charts);
        }
        for (release, charts) in &found {
            builder.take_values(release, charts);
        }
        let none = ReleaseCharts::default();
        for object in objects {
            let charts = found.iter().find(|(release, _)| release.declared == object.id);
            builder.take(object, charts.map_or(&none, |(_, charts)| charts));
        }
        builder.take_copies();
        for (release, charts) in found {
            builder.wiring.charts.entry(release.declared.clone()).or_insert(charts);
        }
        builder.wiring
    }
}

impl Builder<'_> {
    /// Takes in what an object makes.
    fn provide(&mut self, object: &RenderedObject) {
        let (id, value) = (&object.id, &*object.value);
        match (id.group.as_str(), id.kind.as_str()) {
            ("external-secrets.io", "ExternalSecret") => {
                self.external_secret(object, value.get("spec"), std::slice::from_ref(&id.namespace));
            }
            ("external-secrets.io", "ClusterExternalSecret") => {
                let namespaces = namespaces_of(self.objects, value);
                self.external_secret(object, value.pointer(&["spec", "externalSecretSpec"]), &namespaces);
            }
            _ => {
                for one in produced(id, value) {
                    self.produce(object, &one);
                }
            }
        }
    }

    /// Takes in the Secrets that cert-manager makes because the values of a release ask for them.
    fn provide_certificates(&mut self, release: &ComposedRelease, charts: &ReleaseCharts) {
        let namespace = release.release.namespace.clone().or_else(|| release.declared.namespace.clone());
        for (name, origin) in chart_values::certificates(charts.values(&release.release)) {
            let hop =
                Hop::Maker { object: release.declared.clone(), item: Some("a certificate of cert-manager".into()) };
            let maker = self.wiring.node(hop, Some(origin));
            let mut keys: BTreeMap<SmolStr, Vec<usize>> = BTreeMap::new();
            for key in ["tls.crt", "tls.key"] {
                let (kind, namespace, name, key) =
                    (DataKind::Secret, namespace.clone(), name.clone(), SmolStr::from(key));
                let hop = Hop::Data { kind, namespace, name, key: Some(key.clone()), inner: None };
                let node = self.wiring.node(hop, Some(origin));
                self.wiring.edge(maker, node);
                keys.insert(key, vec![node]);
            }
            let (by, namespace) = (release.declared.clone(), namespace.clone());
            let provided = Provided { namespace, keys, open: None, by, origin };
            self.provided.entry((DataKind::Secret, name)).or_default().push(provided);
        }
    }

    fn produce(&mut self, object: &RenderedObject, one: &Produced) {
        let is_itself = matches!(object.id.kind.as_str(), "Secret" | "ConfigMap") && object.id.group.is_empty();
        // A generated one is known by both of its names; the one before the hash is what people write.
        let name = object.name_before_hash.clone().filter(|_| is_itself).unwrap_or_else(|| one.name.clone());
        if name != one.name {
            self.hashed.insert((one.kind, one.name.clone()), name.clone());
        }
        let is_copy = is_itself && one.namespace != object.id.namespace;
        let maker = (!is_itself || is_copy)
            .then(|| self.wiring.node(Hop::Maker { object: object.id.clone(), item: None }, Some(one.origin)));
        let data = |key: Option<SmolStr>| Hop::Data {
            kind: one.kind,
            namespace: one.namespace.clone(),
            name: name.clone(),
            key,
            inner: None,
        };
        let how = how_written(object);
        let mut keys: BTreeMap<SmolStr, Vec<usize>> = BTreeMap::new();
        let known = match &one.keys {
            Keys::Known(known) => known.as_slice(),
            Keys::Open => &[],
        };
        for (key, origin) in known {
            let node = self.wiring.node(data(Some(key.clone())), Some(*origin));
            match maker {
                Some(maker) => self.wiring.edge(maker, node),
                None => self.wiring.detail(node, how),
            }
            keys.insert(key.clone(), vec![node]);
        }
        let open = (one.keys == Keys::Open).then(|| {
            let node = maker.unwrap_or_else(|| self.wiring.node(data(None), Some(one.origin)));
            vec![node]
        });
        let provided =
            Provided { namespace: one.namespace.clone(), keys, open, by: one.by.clone(), origin: one.origin };
        self.provided.entry((one.kind, name)).or_default().push(provided);
    }
}

/// How a Secret or ConfigMap stands in Git.
fn how_written(object: &RenderedObject) -> &'static str {
    if object.value.get("sops").is_some() {
        "encrypted with SOPS"
    } else if object.name_before_hash.is_some() {
        "made by a generator of kustomize"
    } else {
        "written in Git"
    }
}

/// The namespaces that a ClusterExternalSecret writes into, as far as the namespaces of the repository tell; unknown where they do not.
pub(in crate::graph) fn namespaces_of(objects: &[RenderedObject], value: &Value) -> Vec<Option<SmolStr>> {
    let list = |value: Option<&Value>| -> Vec<SmolStr> {
        let items = value.and_then(Value::as_sequence).unwrap_or_default();
        items.iter().filter_map(|item| item.as_scalar().map(|scalar| scalar.text.clone())).collect()
    };
    let mut found = list(value.pointer(&["spec", "namespaces"]));
    let several = value.pointer(&["spec", "namespaceSelectors"]).and_then(Value::as_sequence).unwrap_or_default();
    let mut known = true;
    for selector in several.iter().chain(value.pointer(&["spec", "namespaceSelector"])) {
        known &= selector.get("matchExpressions").is_none();
        let wanted = selector.get("matchLabels").and_then(Value::as_mapping);
        let fits = |object: &&RenderedObject| {
            let labels = object.value.pointer(&["metadata", "labels"]);
            object.id.is("", "Namespace")
                && wanted.into_iter().flatten().all(|(key, value)| {
                    let own = value.as_scalar().is_some_and(|value| value.text == object.id.name);
                    (key == "kubernetes.io/metadata.name" && own)
                        || labels.and_then(|labels| labels.get(key)) == Some(value)
                })
        };
        found.extend(objects.iter().filter(fits).map(|object| object.id.name.clone()));
    }
    found.sort();
    found.dedup();
    if !known || found.is_empty() { vec![None] } else { found.into_iter().map(Some).collect() }
}
