//! `variable-lost`: a variable that Flux substitutes is set no more.

use std::collections::{BTreeMap, BTreeSet};

use super::{super::Level, Check, Hazard, scope::Whole, seen::Found};
use crate::{
    cluster::Unit,
    path::RepoPath,
    project::{Object, Project},
    yaml::Value,
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "variable-lost",
    summary: "a variable is set no more that manifests still name",
    why: "Flux puts an empty text in its place, or since 2.9 applies nothing at all.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    for sides in &whole.scope.units {
        let (old, new) = (whole.comparison.old_unit(sides.before), whole.comparison.new_unit(sides.after));
        let (Some(old), Some(new)) = (old, new) else { continue };
        let before = variables(old, whole.old_objects());
        if before.is_empty() {
            continue;
        }
        let after = variables(new, whole.new_objects());
        let lost: Vec<&String> = before.iter().filter(|name| !after.contains(*name)).collect();
        if lost.is_empty() {
            continue;
        }
        let texts =
            texts(whole.comparison.head, new, whole.new_objects().filter(|object| Some(object.unit) == sides.after));
        for name in lost {
            let uses = |text: &String| text.contains(&format!("${{{name}}}")) || text.contains(&format!("${{{name}:"));
            if let Some((path, _)) = texts.iter().find(|(_, text)| uses(text)) {
                let message = format!("the variable {name} of {} is set no more, but {path} still names it", new.id);
                found.unit(Level::Error, new, true, message);
            }
        }
    }
}

/// The names of the variables of a unit, as far as the repository tells them.
fn variables<'p>(unit: &Unit, objects: impl Iterator<Item = &'p Object>) -> BTreeSet<String> {
    let post_build = unit.flux.as_ref().and_then(|flux| flux.spec.get("postBuild"));
    let Some(post_build) = post_build else { return BTreeSet::new() };
    let keys = |value: Option<&Value>| -> Vec<String> {
        value.and_then(Value::as_mapping).into_iter().flatten().map(|(key, _)| key.to_string()).collect()
    };
    let mut names: BTreeSet<String> = keys(post_build.get("substitute")).into_iter().collect();
    let from = post_build.get("substituteFrom").and_then(Value::as_sequence).unwrap_or_default();
    let text = |entry: &Value, key: &str| Some(entry.get(key)?.as_scalar()?.text.clone());
    let namespace = unit.flux.as_ref().and_then(|flux| flux.id.namespace.clone());
    let wanted: Vec<_> = from.iter().filter_map(|entry| Some((text(entry, "kind")?, text(entry, "name")?))).collect();
    for object in objects.filter(|_| !wanted.is_empty()) {
        let is_named = |(kind, name): &(_, _)| {
            object.id.kind == *kind && (object.id.name == *name || object.name_before_hash.as_ref() == Some(name))
        };
        if object.id.group.is_empty() && object.id.namespace == namespace && wanted.iter().any(is_named) {
            for field in ["data", "stringData"] {
                names.extend(keys(object.value.get(field)));
            }
        }
    }
    names
}

/// The texts of the files that a unit takes its objects from.
fn texts<'p>(project: &Project, unit: &Unit, objects: impl Iterator<Item = &'p Object>) -> BTreeMap<RepoPath, String> {
    let mut paths: BTreeSet<RepoPath> = objects.map(|object| object.path.clone()).collect();
    // Patches name variables, too; what could not be rendered has no objects.
    let inside = |path: &RepoPath| unit.directories.iter().any(|directory| path.is_under(directory));
    paths.extend(project.files().iter().map(|file| file.path.clone()).filter(inside));
    let text = |path: RepoPath| project.text(&path).map(|text| (path, text.as_str().to_owned()));
    paths.into_iter().filter_map(text).collect()
}
