//! The cluster generator.

use super::{Inventory, KnownCluster, Stop, list::add_values, replace::Replacer, selector};
use crate::{
    gotemplate::{Data, Dict, normalized},
    yaml::Value,
};

/// The parameters of each cluster that the selector takes, or of all in one list with `flatList`.
pub(super) fn params(generator: &Value, inventory: Option<&Inventory>, replacer: &Replacer) -> Result<Vec<Dict>, Stop> {
    let Some(inventory) = inventory else {
        return Err(Stop::Outside {
            origin: generator.origin,
            what: "the clusters of Argo CD".to_owned(),
            reason: "no cluster Secret stands in the repository, and no inventory was given",
        });
    };
    let nothing = Value::mapping();
    let selector = generator.get("selector").unwrap_or(&nothing);
    let mut found = Vec::new();
    for cluster in &inventory.clusters {
        if !takes(selector, cluster).map_err(|message| Stop::Wrong(selector.origin, message))? {
            continue;
        }
        let params = of_cluster(cluster, replacer.is_go());
        add_values(generator, &params, replacer)?;
        found.push(params);
    }
    if generator.get("flatList").and_then(Value::as_bool) == Some(true) {
        let clusters = Data::list(found.into_iter().map(Data::Map).collect());
        return Ok(vec![std::iter::once(("clusters".into(), clusters)).collect()]);
    }
    Ok(found)
}

/// A cluster without a Secret has no labels; only a generator without a selector takes it.
fn takes(selector: &Value, cluster: &KnownCluster) -> Result<bool, String> {
    if !cluster.has_secret {
        return Ok(selector::is_empty(selector));
    }
    selector::matches(selector, &|key| cluster.labels.get(key).map(smol_str::SmolStr::as_str))
}

fn of_cluster(cluster: &KnownCluster, is_go: bool) -> Dict {
    let params = Dict::default();
    params.set("name", Data::Str(cluster.name.clone()));
    params.set("nameNormalized", Data::from(normalized(&cluster.name)));
    params.set("server", Data::Str(cluster.server.clone()));
    params.set("project", Data::Str(cluster.project.clone()));
    let groups = [("annotations", &cluster.annotations), ("labels", &cluster.labels)];
    let metadata = Dict::default();
    for (group, entries) in groups.into_iter().filter(|(_, entries)| !entries.is_empty()) {
        let entries = entries.iter().map(|(key, value)| (key.clone(), Data::Str(value.clone())));
        if is_go {
            metadata.set(group, Data::Map(entries.collect()));
        } else {
            entries.for_each(|(key, value)| params.set(format!("metadata.{group}.{key}"), value));
        }
    }
    if is_go && cluster.has_secret {
        params.set("metadata", Data::Map(metadata));
    }
    params
}
