//! `depends-on-broken`: something waits for what is not there.

use std::collections::BTreeSet;

use super::{super::Level, Check, Hazard, scope::Whole, seen::Found};
use crate::{cluster::UnitId, flux::Dependency, manifest::ObjectId, project::Object, yaml::Value};

/// The danger.
pub(super) static HAZARD: Hazard = Hazard {
    id: "depends-on-broken",
    summary: "a Kustomization or HelmRelease depends on one that is gone",
    why: "Its controller waits for the other one and applies nothing until it is there.",
    check: Check::Whole(check),
};

fn check(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    let ids = |is_after: bool| -> BTreeSet<&UnitId> {
        let sides = whole.units().filter_map(|(old, new)| if is_after { new } else { old });
        sides.map(|unit| &unit.id).collect()
    };
    let (old_ids, new_ids) = (ids(false), ids(true));
    for (old, new) in whole.units() {
        let Some(new) = new else { continue };
        for wanted in new.depends_on.iter().filter(|wanted| !new_ids.contains(wanted)) {
            let was_broken = old.is_some_and(|old| old.depends_on.contains(wanted)) && !old_ids.contains(wanted);
            if !was_broken {
                found.unit(Level::Error, new, true, format!("{} depends on {wanted}, which is not there", new.id));
            }
        }
    }
    releases(whole, found);
}

fn releases(whole: &Whole<'_, '_>, found: &mut Found<'_>) {
    let is_release = |object: &&Object| object.id.is("helm.toolkit.fluxcd.io", "HelmRelease");
    let names = |objects: Vec<&Object>| -> BTreeSet<(String, String)> {
        objects.into_iter().map(|object| named(&object.id)).collect()
    };
    let new_names = names(whole.new_objects().filter(is_release).collect());
    let old_names = names(whole.old_objects().filter(is_release).collect());
    for object in whole.new_objects().filter(is_release) {
        let Some(spec) = object.value.get("spec") else { continue };
        for wanted in Dependency::all(&object.id, spec) {
            let name = (wanted.namespace.to_string(), wanted.name.to_string());
            if new_names.contains(&name) {
                continue;
            }
            // What was not there before either is no news, unless it is only asked for now.
            if old_names.contains(&name) || !asked_before(whole, &object.id, &name) {
                let message = format!("{} depends on HelmRelease {}/{}, which is not there", object.id, name.0, name.1);
                found.after(Level::Error, object, wanted.origin, message);
            }
        }
    }
}

/// Whether an object of this name depended on the same thing before.
fn asked_before(whole: &Whole<'_, '_>, id: &ObjectId, name: &(String, String)) -> bool {
    let old = whole.old_objects().find(|old| named(&old.id) == named(id) && old.id.kind == id.kind);
    let spec: Option<&Value> = old.and_then(|old| old.value.get("spec"));
    let id = old.map(|old| &old.id);
    id.zip(spec).is_some_and(|(id, spec)| {
        Dependency::all(id, spec).iter().any(|one| (one.namespace.as_str(), one.name.as_str()) == (&name.0, &name.1))
    })
}

fn named(id: &ObjectId) -> (String, String) {
    (id.namespace.as_ref().map(ToString::to_string).unwrap_or_default(), id.name.to_string())
}
