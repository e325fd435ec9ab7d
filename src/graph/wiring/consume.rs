//! Who takes Secrets and ConfigMaps: fields of objects, and values of charts.
//!
//! Must not know how Secrets are made.

use smol_str::SmolStr;

use super::{
    Break, Hop, Wiring,
    build::{Builder, Provided},
    charts::ReleaseCharts,
};
use crate::{
    cluster::ComposedRelease,
    config::ExternalKeys,
    flux::group,
    graph::{
        DataKind, Reference, Target,
        chart_values::{self, Taken},
        references_of,
    },
    manifest::{ObjectId, RenderedObject, sensitive::is_placeholder},
    text::nearest,
    yaml::{Origin, Value},
};

/// What becomes of the data in the values of a chart.
#[derive(Clone, Debug)]
pub(in crate::graph) enum Sets {
    /// Nothing: it goes elsewhere.
    Nothing,
    /// One value.
    Value(String),
    /// It is a document of values.
    Document,
    /// Under this key is a document, under those keys single values.
    Keys(&'static str, &'static [(&'static str, &'static str)]),
}

impl Sets {
    /// The path that is set by what stands under a key, at a path in the document there; `None` if nothing reads that key.
    #[expect(clippy::option_option, reason = "not to be read, and to be read without setting a value, are two things")]
    fn of(&self, key: Option<&str>, inner: Option<String>) -> Option<Option<String>> {
        match (self, key) {
            (Self::Nothing, _) => Some(None),
            (Self::Value(path), _) => Some(Some(path.clone())),
            (Self::Document, _) | (Self::Keys(..), None) => Some(inner),
            (Self::Keys(document, _), Some(key)) if key == *document => Some(inner),
            (Self::Keys(_, keys), Some(key)) => {
                let fits = |name: &str| match name.split_once('*') {
                    Some((start, end)) => key.starts_with(start) && key.ends_with(end),
                    None => name == key,
                };
                let (name, path) = keys.iter().find(|(name, _)| fits(name))?;
                Some(Some(if name.contains('*') { key } else { path }.to_owned()))
            }
        }
    }
}

/// Something that takes data.
pub(super) struct Taker<'t> {
    pub object: &'t ObjectId,
    pub field: String,
    pub sets: Sets,
    /// The key under which a chart that another depends on finds its values.
    pub under: &'t str,
    pub charts: Option<&'t ReleaseCharts>,
    pub optional: bool,
    pub origin: Origin,
}

impl Builder<'_> {
    /// Takes in what the fields of an object take; `charts` are those of the release that it asks for.
    pub(super) fn take(&mut self, object: &RenderedObject, charts: &ReleaseCharts) {
        let mut pushed = Vec::new();
        for reference in references_of(object) {
            let Some(kind) = data_kind(&reference.to) else { continue };
            let entry = reference.field.strip_prefix("spec.valuesFrom[").filter(|_| object.id.group == group::HELM);
            let index = entry.and_then(|rest| rest.trim_end_matches(']').parse::<usize>().ok());
            let taker = Taker {
                object: &object.id,
                field: reference.field.clone(),
                sets: index.map_or(Sets::Nothing, |index| target_path(&object.value, index)),
                under: "",
                charts: index.map(|_| charts),
                optional: reference.optional,
                origin: reference.key_origin.unwrap_or(reference.origin),
            };
            if object.id.kind.ends_with("PushSecret") {
                pushed.extend(self.find(kind, &taker, &reference));
            } else {
                self.connect(kind, &taker, &reference);
            }
        }
        let spec = match object.id.kind.as_str() {
            "PushSecret" => object.value.get("spec"),
            "ClusterPushSecret" => object.value.pointer(&["spec", "pushSecretSpec"]),
            _ => None,
        };
        if let Some(spec) = spec {
            self.push(object, spec, &pushed);
        }
    }

    /// Takes in what the values of a release take.
    pub(super) fn take_values(&mut self, release: &ComposedRelease, charts: &ReleaseCharts) {
        let namespace = release.release.namespace.clone().or_else(|| release.declared.namespace.clone());
        for Taken { reference, sets, under } in
            chart_values::taken(charts.values(&release.release), &charts.charts, namespace.as_ref())
        {
            let Some(kind) = data_kind(&reference.to) else { continue };
            let taker = Taker {
                object: &release.declared,
                field: format!("values.{}", reference.field),
                sets,
                under: &under,
                charts: Some(charts),
                optional: reference.optional,
                origin: reference.key_origin.unwrap_or(reference.origin),
            };
            self.connect(kind, &taker, &reference);
        }
    }

    /// Takes in what stores of this cluster's own Secrets read.
    pub(super) fn take_copies(&mut self) {
        for (reader, store, namespace, name, key) in std::mem::take(&mut self.copies) {
            let to = Target { group: "".into(), kind: "Secret".into(), namespace: Some(namespace), name };
            let origin = Origin::NONE;
            let reference = Reference { to, key, optional: false, field: String::new(), origin, key_origin: None };
            let (field, sets) = (String::new(), Sets::Nothing);
            let taker = Taker { object: &store, field, sets, under: "", charts: None, optional: false, origin };
            for (_, node) in self.find(DataKind::Secret, &taker, &reference) {
                self.wiring.edge(node, reader);
            }
        }
    }

    fn connect(&mut self, kind: DataKind, taker: &Taker<'_>, reference: &Reference) {
        if is_placeholder(&reference.to.name) || reference.to.name == "kube-root-ca.crt" {
            return;
        }
        for (key, node) in self.find(kind, taker, reference) {
            let inner = self.wiring.nodes.get(node).and_then(|node| match &node.hop {
                Hop::Data { inner, .. } => inner.clone(),
                _ => None,
            });
            let Some(sets) = taker.sets.of(key.as_deref(), inner) else { continue };
            let under = |path: String| if taker.under.is_empty() { path } else { format!("{}.{path}", taker.under) };
            let sets = sets.map(under);
            // What a program reads from a document of its own passes by the chart's schema; what names that document does not.
            let written = taker.field.strip_prefix("values.").map(str::to_owned);
            let path = if matches!(taker.sets, Sets::Keys(..)) { written } else { sets.clone().or(written) };
            let hop = Hop::Use { object: taker.object.clone(), field: taker.field.clone(), sets };
            let taken = self.wiring.node(hop, Some(taker.origin));
            self.wiring.edge(node, taken);
            let chart = taker.charts.and_then(|charts| Wiring::chart_hop(taker.object, charts, path.as_deref()));
            if let Some(chart) = chart {
                let chart = self.wiring.add(chart);
                self.wiring.edge(taken, chart);
            }
        }
    }

    /// The nodes of what a reference means, with their keys: one that is broken where it means nothing.
    fn find(&mut self, kind: DataKind, taker: &Taker<'_>, reference: &Reference) -> Vec<(Option<SmolStr>, usize)> {
        let to = &reference.to;
        let name = self.hashed.get(&(kind, to.name.clone())).unwrap_or(&to.name).clone();
        let all = self.provided.get(&(kind, name.clone())).map(Vec::as_slice).unwrap_or_default();
        let reachable = |one: &&Provided| match (&one.namespace, &to.namespace) {
            (Some(one), Some(other)) => one == other || is_placeholder(one) || is_placeholder(other),
            _ => true,
        };
        let near: Vec<&Provided> = all.iter().filter(reachable).collect();
        let mut found: Vec<(Option<SmolStr>, usize)> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for one in &near {
            let wanted = one.keys.iter().filter(|(key, _)| reference.key.as_ref().is_none_or(|wanted| wanted == *key));
            found.extend(wanted.flat_map(|(key, nodes)| nodes.iter().map(|&node| (Some(key.clone()), node))));
            open.extend(one.open.iter().flatten().copied());
        }
        if !found.is_empty() && (reference.key.is_some() || open.is_empty()) {
            return found;
        }
        let external = ExternalKeys::of(self.external, &to.kind, to.namespace.as_deref(), &to.name);
        let is_outside =
            external.as_ref().is_some_and(|one| reference.key.as_ref().is_none_or(|key| one.may_have(key)));
        let is_missing = (near.is_empty() || open.is_empty()) && !is_outside;
        let problem = is_missing.then(|| match &external {
            Some(ExternalKeys::Known(keys)) if near.is_empty() => not_outside(taker, reference, keys),
            _ => self.missing(kind, taker, reference, &near),
        });
        let namespace = near.iter().find_map(|one| one.namespace.clone()).or_else(|| to.namespace.clone());
        let hop = Hop::Data { kind, namespace, name, key: reference.key.clone(), inner: None };
        let node = self.wiring.node(hop, None);
        for maker in open {
            self.wiring.edge(maker, node);
        }
        if is_outside {
            self.wiring.detail(node, "made outside of this repository");
        }
        if let Some(problem) = problem {
            self.wiring.broken_at(node, problem);
        }
        found.push((reference.key.clone(), node));
        found
    }

    /// Why a reference means nothing.
    fn missing(&self, kind: DataKind, taker: &Taker<'_>, reference: &Reference, near: &[&Provided]) -> Break {
        let to = &reference.to;
        let said = |message: String, help: Option<String>, place: Option<Origin>| Break {
            message,
            help,
            place,
            optional: taker.optional,
        };
        if let (Some(first), Some(key)) = (near.first(), &reference.key) {
            let keys = near.iter().flat_map(|one| &one.keys);
            let names: Vec<&str> = keys.clone().map(|(key, _)| key.as_str()).collect();
            let other =
                nearest(key, names.iter().copied()).or_else(|| names.first().copied().filter(|_| names.len() == 1));
            let node = other.and_then(|other| keys.clone().find(|(key, _)| *key == other)?.1.first().copied());
            let place = node.and_then(|node| self.place_of_key(node)).or(Some(first.origin));
            let help = match (other, names.as_slice()) {
                (Some(other), _) => format!("did you mean `{other}`?"),
                (None, []) => format!("{} makes it without any key", first.by),
                (None, names) => format!("its keys are {}", quoted(names)),
            };
            return said(format!("nothing puts `{key}` into this {kind:?}"), Some(help), place);
        }
        if !near.is_empty() {
            return said(format!("this {kind:?} has no keys"), None, near.first().map(|one| one.origin));
        }
        let elsewhere = self.provided.get(&(kind, to.name.clone())).and_then(|all| all.first());
        if let Some(other) = elsewhere {
            let there = other.namespace.as_deref().unwrap_or_default();
            let here = to.namespace.as_deref().unwrap_or_default();
            let message = format!("it is made in namespace `{there}` and read in `{here}`");
            let help = "a reference to a Secret or ConfigMap stays within its namespace".to_owned();
            return said(message, Some(help), Some(other.origin));
        }
        let names = self.provided.iter().filter(|((of, _), all)| {
            *of == kind
                && all
                    .iter()
                    .any(|one| one.namespace.is_none() || to.namespace.is_none() || one.namespace == to.namespace)
        });
        let names: Vec<(&str, Origin)> =
            names.filter_map(|((_, name), all)| Some((name.as_str(), all.first()?.origin))).collect();
        let other = nearest(&to.name, names.iter().map(|(name, _)| *name));
        let place = other.and_then(|other| names.iter().find(|(name, _)| *name == other)).map(|(_, origin)| *origin);
        said(
            "nothing in this repository makes it".to_owned(),
            Some(other.map_or_else(
                || "if it is made by hand or by a chart, nothing is wrong with that".to_owned(),
                |other| format!("did you mean `{other}`?"),
            )),
            place,
        )
    }

    /// Where the key of a node is written: in itself, or in what makes it.
    fn place_of_key(&self, node: usize) -> Option<Origin> {
        let node = self.wiring.nodes.get(node)?;
        node.origin.or_else(|| self.wiring.nodes.get(*node.above.first()?)?.origin)
    }
}

/// Why a key of what is made elsewhere means nothing.
fn not_outside(taker: &Taker<'_>, reference: &Reference, keys: &[&SmolStr]) -> Break {
    let key = reference.key.as_deref().unwrap_or_default();
    let names: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    let help = match nearest(key, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("under `external` in treewright.toml its keys are {}", quoted(&names)),
    };
    let message = format!("it is made elsewhere, and has no key `{key}`");
    Break { message, help: Some(help), place: None, optional: taker.optional }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn data_kind(to: &Target) -> Option<DataKind> {
    DataKind::of(&to.kind).filter(|_| to.group.is_empty())
}

/// What an entry of `valuesFrom` does to the values.
fn target_path(release: &Value, index: usize) -> Sets {
    let entry = release.pointer(&["spec", "valuesFrom"]).and_then(Value::as_sequence).and_then(|all| all.get(index));
    let path = entry.and_then(|entry| entry.get("targetPath")).and_then(Value::as_scalar);
    match path.filter(|path| !path.text.is_empty()) {
        Some(path) => Sets::Value(path.text.to_string()),
        None => Sets::Document,
    }
}
