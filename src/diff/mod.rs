//! What a change does to the clusters: two views of a repository, rendered and compared object by object.
//!
//! Owns the way from two projects to one [`Diff`]: pairing, fields, what is folded away, what is dangerous. All that leaves this floor is redacted. Must not know
//! Git, formats, nor the linter.

mod change;
pub mod danger;
mod fields;
mod lines;
mod list_keys;
mod model;
mod noise;
mod pair;
mod redact;
mod releases;
mod route;

use std::collections::BTreeMap;

pub use model::{
    ClusterChange, Counts, Danger, Diff, FieldChange, Finding, FindingsChange, Identity, Level, Line, ObjectChange,
    Place, Sign, Status, UnitChange, VERSION,
};
pub use noise::{FILTERS, Filter};

use change::Changes;
use pair::{Scope, Sides};
use redact::Redactor;
use releases::Releases;

use crate::{
    cluster::{Unit, UnitKind},
    manifest::HashKey,
    project::Project,
    yaml::Origin,
};

/// How to compare.
#[derive(Clone, Debug)]
pub struct Options {
    /// The key of the hashes that stand for secrets.
    pub key: HashKey,
    /// The filters that are switched off, by name; `all` is all of them.
    pub unfolded: Vec<String>,
    /// So many lines around a changed one of a longer text are shown.
    pub context: usize,
}

impl Options {
    /// The usual way to compare.
    pub fn new(key: HashKey) -> Self {
        Self { key, unfolded: Vec::new(), context: 2 }
    }
}

/// Compares two views of a repository. The names are what people call them.
pub fn diff((base_name, base): (&str, &Project), (head_name, head): (&str, &Project), options: &Options) -> Diff {
    let scopes = pair::pair(base, head);
    let redactor = Redactor::new(options.key.clone(), [base, head]);
    let comparison = Comparison { base, head, options, redactor, releases: [Releases::of(base), Releases::of(head)] };
    let mut folded = BTreeMap::new();
    let clusters = comparison.clusters(&scopes, &mut folded);
    let danger = danger::find(&comparison, &scopes);
    Diff {
        version: VERSION,
        base: base_name.to_owned(),
        head: head_name.to_owned(),
        clusters,
        danger,
        folded,
        findings: None,
    }
}

/// Both sides, and what is known about them.
pub(crate) struct Comparison<'p> {
    base: &'p Project,
    head: &'p Project,
    options: &'p Options,
    redactor: Redactor,
    /// Before and after.
    releases: [Releases<'p>; 2],
}

impl<'p> Comparison<'p> {
    fn clusters(&self, scopes: &[Scope<'p>], folded: &mut BTreeMap<String, usize>) -> Vec<ClusterChange> {
        let mut clusters = Vec::new();
        let mut elsewhere = ClusterChange { name: None, status: Status::Changed, units: Vec::new() };
        for scope in scopes {
            let units = self.units(scope, folded);
            match scope.cluster {
                Some(_) if units.is_empty() => {}
                Some(sides) => {
                    clusters.push(ClusterChange { name: self.cluster_name(sides), status: status(sides), units });
                }
                None => elsewhere.units.extend(units),
            }
        }
        clusters.sort_by(|a, b| a.name.cmp(&b.name));
        clusters.extend((!elsewhere.units.is_empty()).then_some(elsewhere));
        clusters
    }

    /// The name of a cluster, after the change if it is still there.
    fn cluster_name(&self, sides: Sides) -> Option<String> {
        let name =
            |project: &Project, at: Option<usize>| project.model().clusters.get(at?).map(|one| one.name.to_string());
        name(self.head, sides.after).or_else(|| name(self.base, sides.before))
    }

    /// The units of a scope in which something changes.
    fn units(&self, scope: &Scope<'p>, folded: &mut BTreeMap<String, usize>) -> Vec<UnitChange> {
        let mut changes = Changes::new(self);
        let mut objects: BTreeMap<usize, Vec<ObjectChange>> = BTreeMap::new();
        let number = |pair: &pair::Paired<'_>| {
            let after = pair.after.map(|object| object.unit);
            let before = pair.before.map(|object| object.unit);
            scope.units.iter().position(|unit| match after {
                Some(_) => unit.after == after,
                None => unit.before == before,
            })
        };
        for pair in &scope.objects {
            if let Some((number, change)) = number(pair).zip(changes.object(pair)) {
                objects.entry(number).or_default().push(change);
            }
        }
        for (name, count) in changes.folded {
            *folded.entry(name.to_owned()).or_default() += count;
        }
        let mut units: Vec<UnitChange> = Vec::new();
        for (number, sides) in scope.units.iter().enumerate() {
            let mut objects = objects.remove(&number).unwrap_or_default();
            objects.sort_by(|a, b| order(a).cmp(&order(b)));
            units.extend(self.unit(*sides, objects));
        }
        units.sort_by(|a, b| a.id.cmp(&b.id));
        units
    }

    /// A unit, if anything about it changes.
    fn unit(&self, sides: Sides, objects: Vec<ObjectChange>) -> Option<UnitChange> {
        let (old, new) = (self.old_unit(sides.before), self.new_unit(sides.after));
        let unit = new.or(old)?;
        let was = old.filter(|old| old.id != unit.id).map(|old| old.id.to_string());
        let is_loose = unit.kind == UnitKind::Loose;
        let status = status(sides);
        // What nobody applies is neither made nor removed as a whole: its objects are.
        if objects.is_empty() && (was.is_none() || is_loose) && (status == Status::Changed || is_loose) {
            return None;
        }
        Some(UnitChange {
            id: unit.id.to_string(),
            was,
            status,
            suspended: self.is_suspended(unit, new.is_some()),
            objects,
            not_rendered: unit.not_rendered.iter().map(|one| self.redactor.text(&one.to_string())).collect(),
        })
    }

    fn old_unit(&self, at: Option<usize>) -> Option<&'p Unit> {
        self.base.units().get(at?)
    }

    fn new_unit(&self, at: Option<usize>) -> Option<&'p Unit> {
        self.head.units().get(at?)
    }

    /// Whether a unit, or one that it follows from, is suspended.
    fn is_suspended(&self, unit: &Unit, is_after: bool) -> bool {
        let units = if is_after { self.head.units() } else { self.base.units() };
        let mut above = Some(unit);
        // A parent comes before its children, so this ends.
        while let Some(unit) = above {
            if unit.suspended {
                return true;
            }
            above = unit.parent.and_then(|parent| units.get(parent));
        }
        false
    }

    /// The line where something is written.
    fn place(&self, origin: Origin, is_after: bool) -> Option<Place> {
        let (path, position) = if is_after { self.head.place_of(origin)? } else { self.base.place_of(origin)? };
        Some(Place { path: path.to_string(), line: position.line, before: !is_after })
    }
}

fn status(sides: Sides) -> Status {
    match sides {
        Sides { before: None, .. } => Status::Added,
        Sides { after: None, .. } => Status::Removed,
        _ => Status::Changed,
    }
}

fn order(object: &ObjectChange) -> (&str, Option<&str>, &str, &str, Status) {
    let id = &object.id;
    (&id.kind, id.namespace.as_deref(), &id.name, &id.group, object.status)
}
