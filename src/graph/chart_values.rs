//! The values of a release that name Secrets and ConfigMaps: by what is known of its chart, and by the shapes that all charts share.
//!
//! Must not know who makes them.

use smol_str::SmolStr;

use super::{
    charts::{ChartKeys, chart_facts},
    produced::asks_for_certificate,
    reference::{Reference, Target, find_all, push_key},
    wiring::{ChartAt, Sets},
};
use crate::yaml::{Content, Origin, Value};

/// A value that takes a Secret or ConfigMap.
pub(super) struct Taken {
    pub reference: Reference,
    pub sets: Sets,
    /// The key under which the chart finds its values.
    pub under: SmolStr,
}

/// What the values take, each once.
pub(super) fn taken(values: &Value, charts: &[ChartAt], namespace: Option<&SmolStr>) -> Vec<Taken> {
    let mut found: Vec<Taken> = Vec::new();
    for chart in charts {
        let own = if chart.under.is_empty() { Some(values) } else { values.get(&chart.under) };
        if let Some(own) = own {
            by_chart(own, chart, namespace, &mut found);
        }
    }
    let mut general = Vec::new();
    by_shape(values, &mut String::new(), namespace, &mut general);
    let is_known = |one: &Taken| {
        found
            .iter()
            .any(|known| known.reference.origin == one.reference.origin && known.reference.field == one.reference.field)
    };
    general.retain(|one| !is_known(one));
    found.extend(general);
    found
}

/// The Secrets that cert-manager makes for an Ingress that the values describe, each with where its name is written: `tls` beside annotations that ask for it.
pub(super) fn certificates(values: &Value) -> Vec<(SmolStr, Origin)> {
    let mut found = Vec::new();
    let mut pending = vec![values];
    while let Some(value) = pending.pop() {
        match &value.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => pending.extend(items.iter().rev()),
            Content::Mapping(entries) => {
                if entries.get("annotations").is_some_and(asks_for_certificate) {
                    let tls = entries.get("tls").and_then(Value::as_sequence).unwrap_or_default();
                    let names = tls.iter().filter_map(|one| one.get("secretName"));
                    found.extend(names.filter_map(|name| Some((text(Some(name))?.clone(), name.origin))));
                }
                pending.extend(entries.values().rev());
            }
        }
    }
    found
}

fn text(value: Option<&Value>) -> Option<&SmolStr> {
    value.filter(|value| !value.is_null())?.as_scalar().map(|scalar| &scalar.text).filter(|text| !text.is_empty())
}

fn secret(
    name: &Value,
    namespace: Option<&SmolStr>,
    field: &str,
    key: Option<(SmolStr, Option<Origin>)>,
) -> Option<Reference> {
    data("Secret", name, namespace, field, key)
}

fn data(
    kind: &str,
    name: &Value,
    namespace: Option<&SmolStr>,
    field: &str,
    key: Option<(SmolStr, Option<Origin>)>,
) -> Option<Reference> {
    let written = text(Some(name))?;
    // Some programs take `namespace/name`.
    let (namespace, written) = match written.split_once('/') {
        Some((namespace, name)) => (Some(namespace.into()), name.into()),
        None => (namespace.cloned(), written.clone()),
    };
    let (key, key_origin) = key.map_or((None, None), |(key, origin)| (Some(key), origin));
    let to = Target { group: "".into(), kind: kind.into(), namespace, name: written };
    Some(Reference { to, key, optional: false, field: field.to_owned(), origin: name.origin, key_origin })
}

fn by_chart(values: &Value, chart: &ChartAt, namespace: Option<&SmolStr>, found: &mut Vec<Taken>) {
    let Some(facts) = chart_facts(&chart.name) else { return };
    let start = || {
        let mut route = String::new();
        if !chart.under.is_empty() {
            push_key(&mut route, &chart.under);
        }
        route
    };
    for field in facts.names {
        for (name, route) in find_all(values, field.at, start()) {
            // A list of pull secrets holds names, or mappings with a name.
            let name = name.get("name").unwrap_or(name);
            let mut add = |key: Option<(SmolStr, Option<Origin>)>, optional: bool, sets: Sets| {
                let reference = secret(name, namespace, &route, key);
                found.extend(reference.map(|one| Taken {
                    reference: Reference { optional, ..one },
                    sets,
                    under: chart.under.clone(),
                }));
            };
            match field.keys {
                ChartKeys::Whole => add(None, false, Sets::Nothing),
                ChartKeys::Fixed(keys) => {
                    for &key in keys {
                        add(Some((key.into(), None)), false, Sets::Nothing);
                    }
                }
                ChartKeys::Named(keys) => {
                    for (way, default) in keys {
                        let written = find_all(values, way, String::new()).into_iter().next().map(|(key, _)| key);
                        let named = text(written).map(|key| (key.clone(), written.map(|key| key.origin)));
                        let known = named.or_else(|| (!default.is_empty()).then(|| ((*default).into(), None)));
                        add(known, false, Sets::Nothing);
                    }
                }
                ChartKeys::Values(document, keys) => add(None, false, Sets::Keys(document, keys)),
            }
        }
    }
}

/// Shapes that mean the same in the values of every chart, because they are handed on to Kubernetes.
fn by_shape(value: &Value, route: &mut String, namespace: Option<&SmolStr>, found: &mut Vec<Taken>) {
    let length = route.len();
    match &value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                route.push_str(&format!("[{index}]"));
                by_shape(item, route, namespace, found);
                route.truncate(length);
            }
        }
        Content::Mapping(entries) => {
            for (key, inner) in entries.iter() {
                push_key(route, key);
                found.extend(shape(key, inner, route, namespace));
                by_shape(inner, route, namespace, found);
                route.truncate(length);
            }
        }
    }
}

fn shape(key: &str, value: &Value, route: &str, namespace: Option<&SmolStr>) -> Option<Taken> {
    let named_key = || {
        let key = value.get("key")?;
        Some((text(Some(key))?.clone(), Some(key.origin)))
    };
    let name = || value.get("name");
    let reference = match key {
        "secretKeyRef" => data("Secret", name()?, namespace, route, Some(named_key()?)),
        "configMapKeyRef" => data("ConfigMap", name()?, namespace, route, Some(named_key()?)),
        "secretRef" => data("Secret", name()?, namespace, route, None),
        "configMapRef" => data("ConfigMap", name()?, namespace, route, None),
        "existingSecret" => secret(value, namespace, route, None),
        _ => None,
    }?;
    let optional = value.get("optional").and_then(Value::as_bool).unwrap_or_default();
    Some(Taken { reference: Reference { optional, ..reference }, sets: Sets::Nothing, under: "".into() })
}
