//! `release-identity`: Helm takes the release for another one, or it is gone.

use super::{
    super::Level,
    Check, Hazard,
    fate::{self, Fate},
    seen::{Found, Seen, origin_of},
};
use crate::{
    flux::helm_release::{is_helm_release, release_name, release_namespace},
    project::Object,
    yaml::Value,
};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "release-identity",
    summary: "a Helm release goes away, or changes its name, its namespace or the namespace of its storage",
    why: "Helm uninstalls the old release with everything in it; what it makes anew starts without the old data.",
    check: Check::Object(check),
};

fn check(seen: &Seen<'_, '_>, found: &mut Found<'_>) {
    if let Some(object) = seen.gone().filter(|object| is_helm_release(&object.id)) {
        match fate::of(seen, object) {
            Fate::Left | Fate::Kept => {}
            _ => found.before(
                Level::Error,
                object,
                object.origin(),
                format!("{} is gone: the release is uninstalled", object.id),
            ),
        }
    }
    let Some((before, after)) = seen.kept() else { return };
    if is_helm_release(&after.id) {
        let storage = |object: &Object| {
            let own = object.value.pointer(&["spec", "storageNamespace"]).and_then(Value::as_str);
            own.map(Into::into).or_else(|| object.id.namespace.clone())
        };
        let facts = [
            (
                "name",
                "releaseName",
                Some(release_name(&before.id, &before.value)),
                Some(release_name(&after.id, &after.value)),
            ),
            (
                "namespace",
                "targetNamespace",
                release_namespace(&before.id, &before.value),
                release_namespace(&after.id, &after.value),
            ),
            ("storage namespace", "storageNamespace", storage(before), storage(after)),
        ];
        for (what, field, old, new) in facts {
            if let (Some(old), Some(new)) = (old, new)
                && old != new
            {
                let message = format!("the {what} of the release of {} changes from {old} to {new}", after.id);
                found.after(Level::Error, after, origin_of(after, &["spec", field]), message);
            }
        }
    } else if after.id.is("argoproj.io", "Application") {
        application(before, after, found);
    }
}

fn application(before: &Object, after: &Object, found: &mut Found<'_>) {
    let facts: [(&str, &[&str]); 3] = [
        ("release name", &["spec", "source", "helm", "releaseName"]),
        ("namespace", &["spec", "destination", "namespace"]),
        ("cluster", &["spec", "destination", "server"]),
    ];
    for (what, keys) in facts {
        let text = |object: &Object| object.value.pointer(keys).and_then(Value::as_str).map(str::to_owned);
        if let (Some(old), Some(new)) = (text(before), text(after))
            && old != new
        {
            let message = format!("the {what} of {} changes from {old} to {new}", after.id);
            found.after(Level::Error, after, origin_of(after, keys), message);
        }
    }
}
