//! `secret-key-lost`: something reads a Secret, a ConfigMap or a key that is gone.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::{super::Level, Check, Hazard, scope::Whole, seen::Found};
use crate::{
    graph::{DataKind, Keys, references_of},
    project::Object,
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "secret-key-lost",
    summary: "a key of a Secret or ConfigMap, or all of it, goes away while something still reads it",
    why: "Pods that read it do not start, and releases that take values from it fail.",
    check: Check::Whole(check),
};

/// Kind, namespace and name.
type Name = (&'static str, Option<SmolStr>, SmolStr);

/// The keys of everything that has data; `None` where nobody can tell them.
fn data<'p>(objects: impl Iterator<Item = &'p Object>) -> BTreeMap<Name, Option<Vec<SmolStr>>> {
    let mut all: BTreeMap<Name, Option<Vec<SmolStr>>> = BTreeMap::new();
    for produced in objects.flat_map(Object::produced) {
        let kind = if produced.kind == DataKind::Secret { "Secret" } else { "ConfigMap" };
        let keys = match produced.keys {
            Keys::Known(keys) => Some(keys.into_iter().map(|(key, _)| key).collect::<Vec<_>>()),
            Keys::Open => None,
        };
        let entry = all.entry((kind, produced.namespace, produced.name)).or_insert_with(|| Some(Vec::new()));
        match (entry.as_mut(), keys) {
            (Some(known), Some(keys)) => known.extend(keys),
            _ => *entry = None,
        }
    }
    all
}

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    let is_data = |object: &&Object| !Object::produced(object).is_empty();
    let touched = whole.scope.objects.iter().filter_map(|pair| pair.before).any(|object| is_data(&object));
    if !touched {
        return;
    }
    let (old, new) = (data(whole.old_objects()), data(whole.new_objects()));
    for object in whole.new_objects() {
        for reference in references_of(object).into_iter().filter(|reference| !reference.optional) {
            let kind = match (reference.to.group.as_str(), reference.to.kind.as_str()) {
                ("", "Secret") => "Secret",
                ("", "ConfigMap") => "ConfigMap",
                _ => continue,
            };
            let name = (kind, reference.to.namespace.clone(), reference.to.name.clone());
            let Some(before) = old.get(&name) else { continue };
            let message = match (new.get(&name), &reference.key) {
                (None, _) => format!("{} reads {kind} {}, which is gone", object.id, reference.to.name),
                (Some(Some(after)), Some(key))
                    if !after.contains(key) && before.as_ref().is_none_or(|keys| keys.contains(key)) =>
                {
                    format!("{} reads the key {key} of {kind} {}, which is gone", object.id, reference.to.name)
                }
                _ => continue,
            };
            found.after(Level::Error, object, reference.origin, message);
        }
    }
}
