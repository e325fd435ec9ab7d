//! `secret-key-changed`: a Secret gets another content under the same name.

use super::{
    super::Level,
    Check, Hazard,
    seen::{Found, Seen},
};
use crate::{graph::references_of, project::Object, yaml::Value};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "secret-key-changed",
    summary: "keys of a Secret that something reads get other values under the same name",
    why: "Pods that read them into their environment go on with the old values until they are started again.",
    check: Check::Object(check),
};

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    let Some((before, after)) = seen.kept().filter(|(_, after)| after.id.is("", "Secret")) else { return };
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
    let Some((_, origin)) = changed.first() else { return };
    let reads = |object: &&Object| {
        references_of(object).iter().any(|one| {
            one.to.kind == "Secret" && one.to.name == after.id.name && one.to.namespace == after.id.namespace
        })
    };
    if let Some(reader) = seen.whole.new_objects().find(reads) {
        let keys: Vec<&str> = changed.iter().map(|(key, _)| *key).collect();
        let message = format!("{} changes {}, which {} reads", after.id, keys.join(", "), reader.id);
        found.after(Level::Info, after, *origin, message);
    }
}
