//! What to follow, and the tree of hops that it leads through, in both directions.
//!
//! Must not know how a tree is shown.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{DataKind, Hop, Node, Wiring};
use crate::{
    cluster::ComposedRelease,
    helm::{SetPath, SetStep},
    text::nearest,
    yaml::Value,
};

/// What is to be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A Secret or ConfigMap, or one key of it.
    Data {
        /// Which of the two.
        kind: DataKind,
        /// The namespace; any if none is said.
        namespace: Option<SmolStr>,
        /// The name.
        name: SmolStr,
        /// The key; all if none is said.
        key: Option<SmolStr>,
    },
    /// An entry of a store, or one property of it.
    Entry {
        /// The entry.
        path: SmolStr,
        /// The property; all if none is said.
        property: Option<SmolStr>,
    },
    /// A value of a release.
    Value {
        /// The namespace of the object that asks for the release; any if none is said.
        namespace: Option<SmolStr>,
        /// The name of that object, or of the release.
        release: SmolStr,
        /// The path in its values.
        path: SetPath,
    },
}

/// One hop and those behind it.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The hop.
    pub node: Node,
    /// Whether it is what was asked for.
    pub asked: bool,
    /// Whether what follows stands in the tree already.
    pub again: bool,
    /// The next hops.
    pub below: Vec<Branch>,
}

impl Branch {
    /// Whether this hop or one behind it is broken.
    pub fn is_broken(&self) -> bool {
        self.node.is_broken() || self.below.iter().any(Self::is_broken)
    }
}

/// Nothing is called so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotFound {
    /// What was not found, a sentence without a full stop.
    pub message: String,
    /// What may have been meant.
    pub hint: Option<String>,
}

impl Query {
    /// Reads the words of a query: `secret/NAME`, `configmap/NAMESPACE/NAME#KEY`, `store:PATH#PROPERTY`, `value RELEASE:PATH`. Says what is wrong with them.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        match words {
            [kind, value] if kind == "value" => Self::parse_value(value),
            [one] => {
                if let Some(value) = one.strip_prefix("value:") {
                    return Self::parse_value(value);
                }
                let (what, part) = match one.split_once('#') {
                    Some((what, part)) if !part.is_empty() => (what, Some(SmolStr::from(part))),
                    Some((what, _)) => (what, None),
                    None => (one.as_str(), None),
                };
                if let Some(path) = what.strip_prefix("store:").filter(|path| !path.is_empty()) {
                    return Ok(Self::Entry { path: path.trim_matches('/').into(), property: part });
                }
                Self::parse_data(what, part).ok_or_else(|| format!("`{one}` is nothing that can be traced"))
            }
            words => Err(format!("`{}` is nothing that can be traced", words.join(" "))),
        }
    }

    fn parse_data(what: &str, key: Option<SmolStr>) -> Option<Self> {
        let (kind, name) = what.split_once('/')?;
        let kind = match kind.to_ascii_lowercase().as_str() {
            "secret" | "secrets" => DataKind::Secret,
            "configmap" | "configmaps" | "cm" => DataKind::ConfigMap,
            _ => return None,
        };
        let (namespace, name) = match name.split_once('/') {
            Some((namespace, name)) => (Some(namespace.into()), name),
            None => (None, name),
        };
        (!name.is_empty()).then(|| Self::Data { kind, namespace, name: name.into(), key })
    }

    fn parse_value(text: &str) -> Result<Self, String> {
        let (release, path) = text
            .split_once(':')
            .ok_or_else(|| format!("`{text}` does not name a release and a path: `release:path`"))?;
        let (namespace, release) = match release.split_once('/') {
            Some((namespace, name)) => (Some(namespace.into()), name),
            None => (None, release),
        };
        let path = SetPath::parse(path).map_err(|error| format!("`{path}` is no path into values: {error}"))?;
        Ok(Self::Value { namespace, release: release.into(), path })
    }
}

impl Wiring {
    /// Follows a query in both directions. The roots are where everything that was asked for begins.
    pub fn trace(&self, query: &Query, releases: &[ComposedRelease]) -> Result<Vec<Branch>, NotFound> {
        let (asked, values) = match query {
            Query::Data { kind, namespace, name, key } => {
                (self.data(*kind, namespace.as_deref(), name, key.as_deref())?, Vec::new())
            }
            Query::Entry { path, property } => (self.entries(path, property.as_deref())?, Vec::new()),
            Query::Value { namespace, release, path } => {
                self.values(releases, (namespace.as_deref(), release), path)?
            }
        };
        let mut roots = self.tree(&asked);
        roots.extend(values);
        Ok(roots)
    }

    fn tree(&self, asked: &BTreeSet<usize>) -> Vec<Branch> {
        let mut included = self.reach(asked, |node| &node.above);
        included.extend(self.reach(asked, |node| &node.below));
        let is_root = |index: &&usize| {
            self.nodes().get(**index).is_some_and(|node| !node.above.iter().any(|above| included.contains(above)))
        };
        let mut roots: Vec<usize> = included.iter().filter(is_root).copied().collect();
        let mut seen = BTreeSet::new();
        if roots.is_empty() {
            // A circle has no beginning but the question.
            roots = asked.iter().copied().collect();
        }
        let mut scope = Scope { wiring: self, asked, included: &included, seen: &mut seen };
        roots.into_iter().filter_map(|root| scope.branch(root, &mut Vec::new())).collect()
    }

    fn reach(&self, from: &BTreeSet<usize>, next: impl Fn(&Node) -> &Vec<usize>) -> BTreeSet<usize> {
        let mut found = from.clone();
        let mut pending: Vec<usize> = from.iter().copied().collect();
        while let Some(node) = pending.pop().and_then(|index| self.nodes().get(index)) {
            pending.extend(next(node).iter().copied().filter(|&index| found.insert(index)));
        }
        found
    }

    fn data(
        &self,
        kind: DataKind,
        namespace: Option<&str>,
        name: &str,
        key: Option<&str>,
    ) -> Result<BTreeSet<usize>, NotFound> {
        let mut found = BTreeSet::new();
        let mut others: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        for (index, node) in self.nodes().iter().enumerate() {
            let Hop::Data { kind: of, namespace: own, name: called, key: of_key, .. } = &node.hop else { continue };
            let same_namespace = own.is_none() || namespace.is_none() || own.as_deref() == namespace;
            if *of != kind {
                continue;
            }
            others.insert((called, own.as_deref().unwrap_or_default()));
            if called == name && same_namespace {
                keys.extend(of_key.as_deref());
                if key.is_none() || of_key.as_deref() == key {
                    found.insert(index);
                }
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let called = namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}"));
        if let Some(key) = key.filter(|_| !keys.is_empty()) {
            let hint = nearest(key, keys.iter().copied()).map_or_else(
                || format!("its keys are {}", listed(keys.iter().copied())),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(NotFound { message: format!("{kind:?} `{called}` has no key `{key}`"), hint: Some(hint) });
        }
        let elsewhere: Vec<&str> =
            others.iter().filter(|(other, _)| *other == name).map(|(_, namespace)| *namespace).collect();
        let near = nearest(name, others.iter().map(|(name, _)| *name));
        let hint = match (elsewhere.as_slice(), near) {
            ([], Some(near)) => Some(format!("did you mean `{near}`?")),
            ([], None) => None,
            (namespaces, _) => Some(format!("one of this name is in {}", listed(namespaces.iter().copied()))),
        };
        Err(NotFound { message: format!("nothing here makes or reads a {kind:?} `{called}`"), hint })
    }

    fn entries(&self, path: &str, property: Option<&str>) -> Result<BTreeSet<usize>, NotFound> {
        let mut found = BTreeSet::new();
        let mut others: BTreeSet<&str> = BTreeSet::new();
        let mut properties: BTreeSet<&str> = BTreeSet::new();
        let plain = path.replacen("/data/", "/", 1);
        for (index, node) in self.nodes().iter().enumerate() {
            let Hop::Entry { path: own, property: of, .. } = &node.hop else { continue };
            others.insert(own);
            let below = own.strip_suffix('*').is_some_and(|prefix| path.starts_with(prefix));
            if own == path || *own == plain || below {
                properties.extend(of.as_deref());
                if property.is_none() || of.is_none() || of.as_deref() == property {
                    found.insert(index);
                }
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        if let Some(property) = property.filter(|_| !properties.is_empty()) {
            let hint = nearest(property, properties.iter().copied()).map_or_else(
                || format!("what is read of it is {}", listed(properties.iter().copied())),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("nothing reads the property `{property}` of `{path}`");
            return Err(NotFound { message, hint: Some(hint) });
        }
        let hint = nearest(path, others.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        Err(NotFound { message: format!("nothing here reads or writes an entry `{path}` of a store"), hint })
    }

    /// The fields that set a value, and the value as it is written.
    fn values(
        &self,
        releases: &[ComposedRelease],
        (namespace, name): (Option<&str>, &str),
        path: &SetPath,
    ) -> Result<(BTreeSet<usize>, Vec<Branch>), NotFound> {
        let is_meant = |one: &&ComposedRelease| {
            (one.declared.name == name || one.release.name == name)
                && (namespace.is_none() || one.declared.namespace.as_deref() == namespace)
        };
        let meant: Vec<&ComposedRelease> = releases.iter().filter(is_meant).collect();
        if meant.is_empty() {
            let hint = nearest(name, releases.iter().map(|one| one.declared.name.as_str()));
            let hint = hint.map(|near| format!("did you mean `{near}`?"));
            return Err(NotFound { message: format!("there is no release `{name}`"), hint });
        }
        let mut found = BTreeSet::new();
        for (index, node) in self.nodes().iter().enumerate() {
            let Hop::Use { object, sets: Some(sets), .. } = &node.hop else { continue };
            let same = meant.iter().any(|release| release.declared == *object);
            if same && SetPath::parse(sets).is_ok_and(|sets| sets.overlaps(path)) {
                found.insert(index);
            }
        }
        let written = meant.iter().filter_map(|release| self.written(release, path)).collect::<Vec<_>>();
        if found.is_empty() && written.is_empty() {
            let message = format!("nothing here sets `{path}` for the release `{name}`");
            let set = self.nodes().iter().filter_map(|node| match &node.hop {
                Hop::Use { object, sets: Some(sets), .. } if meant.iter().any(|one| one.declared == *object) => {
                    Some(sets.as_str())
                }
                _ => None,
            });
            let near = nearest(&path.to_string(), set).map(|near| format!("did you mean `{near}`?"));
            let default = "the chart's own value holds, or one that is not known offline".to_owned();
            return Err(NotFound { message, hint: Some(near.unwrap_or(default)) });
        }
        Ok((found, written))
    }

    fn written(&self, release: &ComposedRelease, path: &SetPath) -> Option<Branch> {
        let charts = self.charts_of(&release.declared);
        let values = charts.map_or(&release.release.values, |charts| charts.values(&release.release));
        let value = path.steps().iter().try_fold(values, |value: &Value, step| match step {
            SetStep::Key(key) => value.get(key),
            SetStep::Index(index) => value.as_sequence()?.get(*index),
        })?;
        let hop = Hop::Use { object: release.declared.clone(), field: String::new(), sets: Some(path.to_string()) };
        let node = Node {
            hop,
            detail: Some(if value.origin.is_some() { "written in Git" } else { "the chart's default" }.to_owned()),
            origin: Some(value.origin).filter(|origin| origin.is_some()),
            breaks: Vec::new(),
            below: Vec::new(),
            above: Vec::new(),
        };
        let chart = charts.and_then(|charts| Self::chart_hop(&release.declared, charts, Some(&path.to_string())));
        let below = chart.map(|node| Branch { node, asked: false, again: false, below: Vec::new() });
        Some(Branch { node, asked: true, again: false, below: below.into_iter().collect() })
    }
}

/// How many hops a way may have; no real one comes near.
const MAX_DEPTH: usize = 100;

/// The part of the graph that a tree is drawn from.
struct Scope<'s> {
    wiring: &'s Wiring,
    asked: &'s BTreeSet<usize>,
    included: &'s BTreeSet<usize>,
    seen: &'s mut BTreeSet<usize>,
}

impl Scope<'_> {
    fn branch(&mut self, index: usize, way: &mut Vec<usize>) -> Option<Branch> {
        let node = self.wiring.nodes().get(index)?;
        let next: Vec<usize> = node.below.iter().copied().filter(|below| self.included.contains(below)).collect();
        // What ends with the next hop is shown again and not only referred to.
        let goes_on = |next: &usize| self.wiring.nodes().get(*next).is_some_and(|node| !node.below.is_empty());
        let is_long = next.iter().any(goes_on);
        let again = way.len() > MAX_DEPTH || way.contains(&index) || (is_long && !self.seen.insert(index));
        let mut below = Vec::new();
        if !again {
            way.push(index);
            below.extend(next.into_iter().filter_map(|next| self.branch(next, way)));
            way.pop();
        }
        Some(Branch { node: node.clone(), asked: self.asked.contains(&index), again, below })
    }
}

fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
