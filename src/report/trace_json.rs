//! Ways of secrets and values as JSON, for programs. `docs/trace.md` describes the format.
//!
//! Must not hold a value: only names and places.

use serde_json::{Value as Json, json};

use super::trace::{Places, Ways};
use crate::{
    graph::{Branch, DataKind, Hop},
    manifest::ObjectId,
};

/// The number of the format; a change that a reader could stumble over raises it.
const FORMAT: u32 = 1;

/// Writes the ways as one JSON document.
pub fn trace_json(ways: &[Ways], places: &Places<'_>) -> String {
    let root = |ways: &Ways, root: &Branch| {
        let mut out = branch(root, places);
        if let Some(object) = out.as_object_mut() {
            object.insert("cluster".to_owned(), json!(ways.cluster.as_deref()));
        }
        out
    };
    let roots = || ways.iter().flat_map(|ways| ways.roots.iter().map(move |root| (ways, root)));
    let document = json!({
        "format": FORMAT,
        "broken": roots().any(|(_, root)| root.is_broken()),
        "roots": roots().map(|(ways, one)| root(ways, one)).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn branch(branch: &Branch, places: &Places<'_>) -> Json {
    let node = &branch.node;
    let mut out = hop(&node.hop);
    let mut put = |key: &str, value: Json| {
        if let Some(object) = out.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
    };
    if let Some(detail) = &node.detail {
        put("detail", json!(detail));
    }
    if let Some(place) = node.origin.and_then(places) {
        put("place", json!(place));
    }
    if branch.asked {
        put("asked", json!(true));
    }
    if branch.again {
        put("again", json!(true));
    }
    let breaks: Vec<Json> = node
        .breaks
        .iter()
        .map(|one| {
            let place = one.place.and_then(places);
            json!({"message": one.message, "help": one.help, "place": place, "optional": one.optional})
        })
        .collect();
    put("breaks", json!(breaks));
    put("below", Json::Array(branch.below.iter().map(|next| self::branch(next, places)).collect()));
    out
}

fn object(id: &ObjectId) -> Json {
    json!({"apiVersion": id.api_version(), "kind": id.kind.as_str(), "namespace": id.namespace.as_deref(), "name": id.name.as_str()})
}

fn hop(hop: &Hop) -> Json {
    match hop {
        Hop::Entry { backend, path, property } => {
            json!({"hop": "entry", "store": backend, "path": path, "property": property.as_deref()})
        }
        Hop::Maker { object: id, item } => json!({"hop": "maker", "object": object(id), "item": item.as_deref()}),
        Hop::Data { kind, namespace, name, key, inner } => {
            let kind = match kind {
                DataKind::ConfigMap => "ConfigMap",
                DataKind::Secret => "Secret",
            };
            json!({
                "hop": "data",
                "kind": kind,
                "namespace": namespace.as_deref(),
                "name": name.as_str(),
                "key": key.as_deref(),
                "inner": inner,
            })
        }
        Hop::Use { object: id, field, sets } => {
            json!({"hop": "use", "object": object(id), "field": field, "sets": sets})
        }
        Hop::Chart { release, name, version, value } => {
            json!({
                "hop": "chart",
                "release": object(release),
                "name": name.as_str(),
                "version": version.as_deref(),
                "value": value,
            })
        }
    }
}
