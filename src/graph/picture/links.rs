//! What leads from object to object, from the table of references, from what is known of those that make Secrets and ConfigMaps, and from the values of charts.
//!
//! Must not know units, nor which objects exist.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{EdgeKind, Link};
use crate::{
    graph::{
        Charts, DataKind, Keys, Produced, Reference, chart_values, produced, references_of, wiring::ReleaseCharts,
    },
    helm::Release,
    manifest::{ObjectId, RenderedObject},
};

/// The links of all objects, by their places in the list.
pub fn links(objects: &[&RenderedObject]) -> Vec<Link> {
    objects.iter().enumerate().flat_map(|(from, object)| links_of(from, object)).collect()
}

/// The links of the objects that ask for releases: what the values of the charts name, and the certificates that they ask for. Each release comes with the place of
/// its object.
pub fn value_links(releases: &[(usize, &Release)], charts: &Charts<'_>) -> Vec<Link> {
    releases.iter().flat_map(|(from, release)| value_links_of(*from, release, charts)).collect()
}

fn value_links_of(from: usize, release: &Release, charts: &Charts<'_>) -> Vec<Link> {
    let found = ReleaseCharts::of(release, charts);
    let values = found.values(release);
    let made = chart_values::certificates(values).into_iter().map(|(name, origin)| {
        let namespace = release.namespace.clone();
        let to = ObjectId { group: "".into(), version: "v1".into(), kind: "Secret".into(), namespace, name };
        let keys = vec!["tls.crt".into(), "tls.key".into()];
        Link { from, kind: EdgeKind::Makes, field: SmolStr::default(), keys, optional: false, origin, to }
    });
    let mut links: Vec<Link> = made.collect();
    links.dedup_by(|again, one| again.to == one.to);
    for taken in chart_values::taken(values, &found.charts, release.namespace.as_ref()) {
        let mut link = names(from, taken.reference);
        link.field = format!("values.{}", link.field).into();
        let own = links.iter().any(|one| one.kind == EdgeKind::Makes && unversioned(&one.to) == link.to);
        // One field that several keys are read from is one link.
        match links.iter_mut().find(|one| one.field == link.field && one.to == link.to) {
            _ if own => {}
            Some(one) => one.keys.extend(link.keys),
            None => links.push(link),
        }
    }
    links
}

fn links_of(from: usize, object: &RenderedObject) -> Vec<Link> {
    let made = produced(&object.id, &object.value);
    let made: Vec<Link> = made.iter().filter(|one| !is_itself(&object.id, one)).map(|one| makes(from, one)).collect();
    let written: BTreeSet<ObjectId> = made.iter().map(|link| unversioned(&link.to)).collect();
    let named = references_of(object).into_iter().map(|reference| names(from, reference));
    // A field that names what the object makes is no reference to it.
    let named: Vec<Link> = named.filter(|link| !written.contains(&link.to)).collect();
    made.into_iter().chain(named).collect()
}

fn unversioned(id: &ObjectId) -> ObjectId {
    ObjectId { version: SmolStr::default(), ..id.clone() }
}

/// Whether an object is the Secret or ConfigMap that it brings into the cluster.
fn is_itself(id: &ObjectId, one: &Produced) -> bool {
    id.group.is_empty() && DataKind::of(&id.kind) == Some(one.kind) && id.name == one.name
}

fn makes(from: usize, one: &Produced) -> Link {
    let kind = match one.kind {
        DataKind::Secret => "Secret",
        DataKind::ConfigMap => "ConfigMap",
    };
    let keys = match &one.keys {
        Keys::Known(keys) => keys.iter().map(|(key, _)| key.clone()).collect(),
        Keys::Open => Vec::new(),
    };
    let (namespace, name) = (one.namespace.clone(), one.name.clone());
    let to = ObjectId { group: SmolStr::default(), version: "v1".into(), kind: kind.into(), namespace, name };
    Link { from, kind: EdgeKind::Makes, field: SmolStr::default(), keys, optional: false, origin: one.origin, to }
}

fn names(from: usize, reference: Reference) -> Link {
    let to = reference.to;
    let is_secret = to.group.is_empty() && to.kind == "Secret";
    Link {
        from,
        kind: if is_secret { EdgeKind::ReadsSecret } else { EdgeKind::RefersTo },
        field: reference.field.into(),
        keys: reference.key.into_iter().collect(),
        optional: reference.optional,
        origin: reference.origin,
        to: ObjectId {
            group: to.group,
            version: SmolStr::default(),
            kind: to.kind,
            namespace: to.namespace,
            name: to.name,
        },
    }
}
