//! References between objects, read off any object by one table: which field of which kind names what.
//!
//! Owns the shape of the table and the walk along it; the rows are in [`super::references`]. Must not know whether anything that is named exists.

use std::{collections::HashMap, fmt::Write, sync::LazyLock};

use smol_str::SmolStr;

use super::references::TABLES;
use crate::{
    manifest::{ObjectId, RenderedObject, is_cluster_scoped},
    yaml::{Content, Origin, Value},
};

/// Fields that recur in several kinds, with the places where they recur.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// What it is about, for people.
    pub title: &'static str,
    /// The kinds that have these fields, and where.
    pub places: &'static [Place],
    /// The fields, from that place.
    pub fields: &'static [Field],
}

/// Where in some kinds the fields of a table stand.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The API group.
    pub group: &'static str,
    /// The kinds; all of the group if empty.
    pub kinds: &'static [&'static str],
    /// The way to the place; empty for the object itself.
    pub at: &'static str,
}

/// One field that names something.
///
/// Ways are keys with dots between them; `[]` stands for each item of a list, `*` for each value of a mapping, `\.` for a dot that belongs to a key.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The way to the reference. A reference with `optional: true` beside its name may lead nowhere.
    pub at: &'static str,
    /// What kind of thing is named.
    pub to: To,
    /// The way from there to the name; empty if the field is the name itself.
    pub name: &'static str,
    /// The way to the namespace, where the reference can name one; without one it is the object's own.
    pub namespace: Option<&'static str>,
    /// Which keys of a Secret or ConfigMap are read.
    pub key: Key,
}

/// What kind of thing a field names.
#[derive(Clone, Copy, Debug)]
pub enum To {
    /// Always this group and kind.
    Kind(&'static str, &'static str),
    /// What `kind` beside the name says, in the group of `apiVersion`, `apiGroup` or `group` there; these where nothing is said. Without a kind nothing is meant.
    Written(&'static str, &'static str),
    /// This group and kind, if `kind` beside the name says so; anything else is no object.
    If(&'static str, &'static str),
}

/// Which keys of a Secret or ConfigMap a reference reads.
#[derive(Clone, Copy, Debug)]
pub enum Key {
    /// All of them, or those that the reader knows by itself.
    Whole,
    /// The one that this field names, else all.
    Field(&'static str),
    /// The one that this field names, else this one.
    Or(&'static str, &'static str),
}

impl Field {
    /// A field that names something in the object's own namespace, or outside of namespaces.
    pub const fn new(at: &'static str, to: To, name: &'static str) -> Self {
        Self { at, to, name, namespace: None, key: Key::Whole }
    }

    /// The same, with a way to the namespace.
    #[must_use]
    pub const fn namespace(self, way: &'static str) -> Self {
        Self { namespace: Some(way), ..self }
    }

    /// The same, reading a key.
    #[must_use]
    pub const fn key(self, key: Key) -> Self {
        Self { key, ..self }
    }
}

/// What is named: a kind in its group, and the name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The API group; empty for the core group.
    pub group: SmolStr,
    /// The kind.
    pub kind: SmolStr,
    /// The namespace; `None` if the kind lives outside of namespaces, or nobody can tell.
    pub namespace: Option<SmolStr>,
    /// The name.
    pub name: SmolStr,
}

/// One reference of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it names.
    pub to: Target,
    /// The key of a Secret or ConfigMap that is read; `None` for all of it, or where there are no keys.
    pub key: Option<SmolStr>,
    /// Whether the reader goes on without it.
    pub optional: bool,
    /// The way to the reference, as `spec.containers[0].env[2].valueFrom.secretKeyRef`.
    pub field: String,
    /// Where the name is written.
    pub origin: Origin,
    /// Where the key is written, if it is.
    pub key_origin: Option<Origin>,
}

/// All tables, for documentation and tests.
pub fn reference_tables() -> &'static [Table] {
    TABLES
}

/// What an object refers to, in the order of the tables.
pub fn references_of(object: &RenderedObject) -> Vec<Reference> {
    references(&object.id, &object.value)
}

/// What an object with this identity and content refers to.
pub fn references(id: &ObjectId, value: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    let (group, kind) = (id.group.as_str(), id.kind.as_str());
    let rows = [(group, kind), (group, "")].into_iter().filter_map(|key| ROWS.get(&key)).flatten();
    for row in rows {
        walk(value, &row.way, &mut String::new(), &mut |node, way| found.extend(row.read(id, node, way)));
    }
    found
}

/// One step of a way.
#[derive(Debug)]
enum Step {
    Key(SmolStr),
    Items,
    Values,
}

/// A field in one place, ready to be walked.
#[derive(Debug)]
struct Row {
    way: Vec<Step>,
    field: Field,
}

/// The rows by group and kind.
static ROWS: LazyLock<HashMap<(&'static str, &'static str), Vec<Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<(&'static str, &'static str), Vec<Row>> = HashMap::new();
    for table in TABLES {
        for place in table.places {
            let kinds: &[&'static str] = if place.kinds.is_empty() { &[""] } else { place.kinds };
            for &kind in kinds {
                let fields = table.fields.iter().map(|&field| Row { way: steps(&[place.at, field.at]), field });
                rows.entry((place.group, kind)).or_default().extend(fields);
            }
        }
    }
    rows
});

fn steps(ways: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    for way in ways.iter().filter(|way| !way.is_empty()) {
        for key in way.replace("\\.", "\u{0}").split('.') {
            let bare = key.trim_end_matches("[]");
            match bare {
                "*" => steps.push(Step::Values),
                "" => {}
                bare => steps.push(Step::Key(bare.replace('\u{0}', ".").into())),
            }
            if bare.len() < key.len() {
                steps.push(Step::Items);
            }
        }
    }
    steps
}

/// Visits every value at the end of a way; `route` holds the way as it was taken.
fn walk<'v>(value: &'v Value, way: &[Step], route: &mut String, visit: &mut impl FnMut(&'v Value, &str)) {
    let Some((step, rest)) = way.split_first() else { return visit(value, route) };
    let length = route.len();
    match (step, &value.content) {
        (Step::Key(key), Content::Mapping(entries)) => {
            let Some(inner) = entries.get(key) else { return };
            push_key(route, key);
            walk(inner, rest, route, visit);
        }
        (Step::Values, Content::Mapping(entries)) => {
            for (key, inner) in entries.iter() {
                push_key(route, key);
                walk(inner, rest, route, visit);
                route.truncate(length);
            }
        }
        (Step::Items, Content::Sequence(items)) => {
            for (index, inner) in items.iter().enumerate() {
                // Writing to a string cannot fail.
                let _ = write!(route, "[{index}]");
                walk(inner, rest, route, visit);
                route.truncate(length);
            }
        }
        _ => {}
    }
    route.truncate(length);
}

/// Every value at the end of a way that is written as in the table, each with the way as it was taken, from `start`.
pub(super) fn find_all<'v>(value: &'v Value, way: &str, start: String) -> Vec<(&'v Value, String)> {
    let mut found = Vec::new();
    let mut route = start;
    walk(value, &steps(&[way]), &mut route, &mut |value, way| found.push((value, way.to_owned())));
    found
}

/// Adds a key to a way, a dot in it escaped as Helm's paths do.
pub(super) fn push_key(route: &mut String, key: &str) {
    if !route.is_empty() {
        route.push('.');
    }
    route.push_str(&key.replace('.', "\\."));
}

fn at<'v>(value: &'v Value, way: &str) -> Option<&'v Value> {
    steps(&[way]).iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Items | Step::Values => None,
    })
}

fn text(value: Option<&Value>) -> Option<&SmolStr> {
    value.filter(|value| !value.is_null())?.as_scalar().map(|scalar| &scalar.text).filter(|text| !text.is_empty())
}

impl Row {
    fn read(&self, id: &ObjectId, node: &Value, way: &str) -> Option<Reference> {
        let field = &self.field;
        let written = at(node, field.name)?;
        let name = text(Some(written))?.clone();
        let (group, kind) = field.to.read(node)?;
        let own = if id.is_cluster_scoped() { None } else { id.namespace.clone() };
        let namespace = match field.namespace.and_then(|way| text(at(node, way))) {
            _ if is_cluster_scoped(&group, &kind) => None,
            Some(namespace) => Some(namespace.clone()),
            None => own,
        };
        let key = match field.key {
            Key::Whole => None,
            Key::Field(way) | Key::Or(way, _) => at(node, way),
        };
        let named = text(key).cloned();
        let key_origin = named.is_some().then(|| key.map(|key| key.origin)).flatten();
        let key = match field.key {
            Key::Or(_, default) => Some(named.unwrap_or_else(|| default.into())),
            Key::Whole | Key::Field(_) => named,
        };
        Some(Reference {
            to: Target { group, kind, namespace, name },
            key,
            optional: node.get("optional").and_then(Value::as_bool).unwrap_or_default(),
            field: way.to_owned(),
            origin: written.origin,
            key_origin,
        })
    }
}

impl To {
    fn read(self, node: &Value) -> Option<(SmolStr, SmolStr)> {
        let kind = text(node.get("kind"));
        match self {
            Self::Kind(group, kind) => Some((group.into(), kind.into())),
            Self::If(group, wanted) => (kind? == wanted).then(|| (group.into(), wanted.into())),
            Self::Written(group, default) => {
                let kind = kind.cloned().or_else(|| (!default.is_empty()).then(|| default.into()))?;
                let version = text(node.get("apiVersion"));
                let of_version = version.map(|version| version.split_once('/').map_or("", |(group, _)| group));
                let said = text(node.get("apiGroup")).or_else(|| text(node.get("group"))).map(SmolStr::as_str);
                Some((of_version.or(said).unwrap_or(group).into(), kind))
            }
        }
    }
}
