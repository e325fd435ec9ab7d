//! `secret-key-changed`: a Secret gets another content under the same name.

use std::{cell::OnceCell, collections::HashMap};

use smol_str::SmolStr;

use super::{
    super::{Level, pair::is_same},
    Check, Hazard,
    scope::Whole,
    seen::Found,
};
use crate::{
    graph::references_of,
    project::Object,
    yaml::{Origin, Value},
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "secret-key-changed",
    summary: "keys of a Secret that something reads get other values under the same name",
    why: "Pods that read them into their environment go on with the old values until they are started again.",
    check: Check::Whole(check),
};

/// The objects that read a Secret, by its namespace and name; of each the first one.
type Readers<'p> = HashMap<(Option<SmolStr>, SmolStr), &'p Object>;

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    let readers = OnceCell::new();
    for pair in &whole.scope.objects {
        let Some((before, after)) = pair.before.zip(pair.after).filter(|(_, after)| after.id.is("", "Secret")) else {
            continue;
        };
        let changed = changed(before, after);
        let Some((_, origin)) = changed.first().filter(|_| is_same(&before.id, &after.id)) else { continue };
        let readers = readers.get_or_init(|| readers_in(whole));
        if let Some(reader) = readers.get(&(after.id.namespace.clone(), after.id.name.clone())) {
            let keys: Vec<&str> = changed.iter().map(|(key, _)| *key).collect();
            let message = format!("{} changes {}, which {} reads", after.id, keys.join(", "), reader.id);
            found.after(Level::Info, after, *origin, message);
        }
    }
}

/// The keys that stay, but with another value.
fn changed<'o>(before: &Object, after: &'o Object) -> Vec<(&'o str, Origin)> {
    let mut changed = Vec::new();
    for field in ["data", "stringData"] {
        let keys = after.value.get(field).and_then(Value::as_mapping).into_iter().flatten();
        for (key, value) in keys {
            let old = before.value.get(field).and_then(|data| data.get(key));
            if old.is_some_and(|old| old != value) {
                changed.push((key.as_str(), value.origin));
            }
        }
    }
    changed
}

fn readers_in<'p>(whole: &Whole<'_, 'p>) -> Readers<'p> {
    let mut readers = Readers::new();
    for object in whole.new_objects() {
        for reference in references_of(object).into_iter().filter(|one| one.to.kind == "Secret") {
            readers.entry((reference.to.namespace, reference.to.name)).or_insert(object);
        }
    }
    readers
}
