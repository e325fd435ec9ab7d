//! What a change does to the clusters, as data that every format shows.
//!
//! Owns the shape of version 1: fields may be added, none is renamed or removed. Nothing in it is a secret: values come in here redacted. It can be written
//! and read again, so that one job may render and another, which holds a token, may comment. Must not know how anything is found or shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the shape.
pub const VERSION: u32 = 1;

/// The whole change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diff {
    /// The version of the shape.
    pub version: u32,
    /// What is compared with, as people call it.
    pub base: String,
    /// What is compared, as people call it.
    pub head: String,
    /// What changes, cluster by cluster; what belongs to none comes last.
    pub clusters: Vec<ClusterChange>,
    /// What somebody should look at before it is applied, the worst first.
    pub danger: Vec<Danger>,
    /// How often each filter folded something away, by its name.
    pub folded: BTreeMap<String, usize>,
    /// Which findings come and go; `None` if nobody asked.
    pub findings: Option<FindingsChange>,
}

/// What changes in one cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterChange {
    /// Its name; `None` for everything that belongs to no cluster.
    pub name: Option<String>,
    /// Whether it is new or gone.
    pub status: Status,
    /// The units that change.
    pub units: Vec<UnitChange>,
}

/// What becomes of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is only there after the change.
    Added,
    /// It is only there before the change.
    Removed,
    /// It is there before and after, but not the same.
    Changed,
}

/// What changes in one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitChange {
    /// Its name.
    pub id: String,
    /// The name that it had before, if it had another.
    pub was: Option<String>,
    /// Whether it is new or gone.
    pub status: Status,
    /// Whether its controller leaves it alone, so that nothing of this happens yet.
    pub suspended: bool,
    /// Its objects that change, by kind and name.
    pub objects: Vec<ObjectChange>,
    /// What could not be rendered, so that a change in it would not be seen.
    pub not_rendered: Vec<String>,
}

/// The name of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version in the group.
    pub version: String,
    /// The kind.
    pub kind: String,
    /// The namespace, if one is known.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// What becomes of one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectChange {
    /// Its name after the change, or before it if it is gone.
    pub id: Identity,
    /// What becomes of it.
    pub status: Status,
    /// The name that it had before, if it had another.
    pub was: Option<Identity>,
    /// The unit that applied it before, if that was another.
    pub moved_from: Option<String>,
    /// Whether only what a controller makes of it changes: its own manifest is the same, but values that it takes in from elsewhere are not.
    pub only_values: bool,
    /// What changes in it, in the order of its text.
    pub fields: Vec<FieldChange>,
    /// The whole object, if it is new or gone.
    pub content: Option<String>,
    /// How many changes of its fields are folded away.
    pub folded: usize,
    /// Where it is written.
    pub place: Option<Place>,
}

/// What becomes of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// The way to it: `spec.template.spec.containers[app].image`.
    pub path: String,
    /// What becomes of it.
    pub status: Status,
    /// What stood there, as YAML; `None` if nothing did, or if `lines` says it.
    pub before: Option<String>,
    /// What stands there then.
    pub after: Option<String>,
    /// For a text of several lines: the lines that change, with some around them.
    pub lines: Vec<Line>,
    /// Whether it is a secret, of which only a short keyed hash is shown.
    pub secret: bool,
    /// The line that causes the change: where the value is written after the change, or where it was before if it is gone.
    pub place: Option<Place>,
}

/// One line of a text that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What becomes of it.
    pub sign: Sign,
    /// The line without its break; of a gap nothing.
    pub text: String,
}

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// It stays.
    Same,
    /// It goes.
    Removed,
    /// It comes.
    Added,
    /// Lines that stay are left out here.
    Gap,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The file, from the root of the repository.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// Whether the line is that of the version before the change.
    pub before: bool,
}

/// How bad a danger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Somebody should look.
    Warning,
    /// Data or access is lost, or the change cannot be applied.
    Error,
}

impl Level {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that somebody should look at before the change is applied.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Danger {
    /// What kind of danger: `stateful-deletion`.
    pub id: String,
    /// How bad it is.
    pub level: Level,
    /// The cluster, if it is one's.
    pub cluster: Option<String>,
    /// The unit.
    pub unit: String,
    /// The object, as people call it; `None` for a unit as a whole.
    pub object: Option<String>,
    /// What happens.
    pub message: String,
    /// Why that matters, one sentence.
    pub why: String,
    /// The line that causes it.
    pub place: Option<Place>,
}

/// Which findings of the linter come and go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingsChange {
    /// Those that were not there before.
    pub new: Vec<Finding>,
    /// Those that are not there any more.
    pub resolved: Vec<Finding>,
}

/// A finding of the linter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// How bad it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
}

/// How many objects come, change and go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Objects that come.
    pub added: usize,
    /// Objects that change.
    pub changed: usize,
    /// Objects that go.
    pub removed: usize,
}

impl Counts {
    fn count(&mut self, status: Status) {
        match status {
            Status::Added => self.added += 1,
            Status::Changed => self.changed += 1,
            Status::Removed => self.removed += 1,
        }
    }

    /// All of them.
    pub fn total(self) -> usize {
        self.added + self.changed + self.removed
    }
}

impl ClusterChange {
    /// How many of its objects come, change and go.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for object in self.units.iter().flat_map(|unit| &unit.objects) {
            counts.count(object.status);
        }
        counts
    }
}

impl Diff {
    /// Whether nothing changes in any cluster.
    pub fn is_empty(&self) -> bool {
        self.clusters.is_empty()
    }

    /// All objects that change, with their clusters and units.
    pub fn objects(&self) -> impl Iterator<Item = (&ClusterChange, &UnitChange, &ObjectChange)> {
        let units = self.clusters.iter().flat_map(|cluster| cluster.units.iter().map(move |unit| (cluster, unit)));
        units.flat_map(|(cluster, unit)| unit.objects.iter().map(move |object| (cluster, unit, object)))
    }

    /// The dangers of one cluster, or of what belongs to none.
    pub fn danger_of<'d>(&'d self, cluster: &'d ClusterChange) -> impl Iterator<Item = &'d Danger> {
        self.danger.iter().filter(move |danger| danger.cluster == cluster.name)
    }
}

impl std::fmt::Display for Identity {
    /// Writes `Kind namespace/name`, the way people name an object.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}
