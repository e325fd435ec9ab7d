//! References from one object to another, also across components: `hub`, `store.main`, or `store` alone where that component has just one.
//!
//! Owns following them in linked blueprints, and what templates see of an object that a need is bound to. Must not know answers nor engines.

use serde_json::{Map, Value as Json, json};

use super::{
    Blueprint,
    manifest::{Kind, Text},
    render::{Context, Renderer, TemplateError},
};

/// An object: the components on the way to it, and its id there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The names of the components, from the outside.
    pub aliases: Vec<String>,
    /// The id.
    pub id: String,
}

impl Target {
    /// The same object seen from further outside.
    #[must_use]
    pub fn below(&self, aliases: &[String]) -> Self {
        Self { aliases: aliases.iter().chain(&self.aliases).cloned().collect(), id: self.id.clone() }
    }

    /// The names and the id with dots between them.
    pub fn dotted(&self) -> String {
        self.aliases.iter().chain([&self.id]).map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

/// Where a reference leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// To an object of the blueprint or of one of its components.
    Object(Target),
    /// To a need, which whoever uses the blueprint binds to an object.
    Need(String),
}

/// Follows a reference.
pub(super) fn find(blueprint: &Blueprint, kind: Kind, reference: &str) -> Option<Found> {
    if ids(blueprint, kind).contains(&reference) {
        return Some(Found::Object(Target { aliases: Vec::new(), id: reference.to_owned() }));
    }
    if blueprint.manifest.needs.iter().any(|(id, needed)| *needed == kind && id.name == reference) {
        return Some(Found::Need(reference.to_owned()));
    }
    let (alias, rest) = reference.split_once('.').unwrap_or((reference, ""));
    let component = blueprint.component(alias)?;
    let inner = if rest.is_empty() {
        sole(component, kind)
    } else {
        match find(component, kind, rest)? {
            Found::Object(target) => Some(target),
            Found::Need(_) => None,
        }
    };
    Some(Found::Object(inner?.below(&[alias.to_owned()])))
}

/// The only object of a kind: the blueprint's own, else that of the only component that has one.
fn sole(blueprint: &Blueprint, kind: Kind) -> Option<Target> {
    match ids(blueprint, kind).as_slice() {
        [id] => return Some(Target { aliases: Vec::new(), id: (*id).to_owned() }),
        [] => {}
        _ => return None,
    }
    let mut inner = blueprint
        .uses()
        .filter_map(|(used, component)| Some(sole(component, kind)?.below(std::slice::from_ref(&used.alias.name))));
    let first = inner.next();
    if inner.next().is_some() { None } else { first }
}

/// Every reference to an object of a kind that a blueprint can make, shortest first.
pub(super) fn known(blueprint: &Blueprint, kind: Kind) -> Vec<(String, Found)> {
    let mut names: Vec<String> = ids(blueprint, kind).into_iter().map(str::to_owned).collect();
    let needs = blueprint.manifest.needs.iter().filter(|(_, needed)| *needed == kind);
    names.extend(needs.map(|(id, _)| id.name.clone()));
    for (used, component) in blueprint.uses() {
        let alias = &used.alias.name;
        names.push(alias.clone());
        let inner = known(component, kind).into_iter().filter(|(_, found)| matches!(found, Found::Object(_)));
        names.extend(inner.map(|(name, _)| format!("{alias}.{name}")));
    }
    names.into_iter().filter_map(|name| find(blueprint, kind, &name).map(|found| (name, found))).collect()
}

/// The ids of a blueprint's own objects of a kind.
pub(super) fn ids(blueprint: &Blueprint, kind: Kind) -> Vec<&str> {
    fn names<T>(entries: &[(super::manifest::Id, T)]) -> Vec<&str> {
        entries.iter().map(|(id, _)| id.name.as_str()).collect()
    }
    let manifest = &blueprint.manifest;
    match kind {
        Kind::Namespace => names(&manifest.namespaces),
        Kind::Store => names(&manifest.stores),
        Kind::SecretSet => names(&manifest.secret_sets),
        Kind::Release => names(&manifest.releases),
    }
}

/// The reference to the set of a secret that names none: the only one there is.
pub(super) fn only_set(blueprint: &Blueprint) -> Option<String> {
    let needs = blueprint.manifest.needs.iter().filter(|(_, kind)| *kind == Kind::SecretSet);
    let needs: Vec<&str> = needs.map(|(id, _)| id.name.as_str()).collect();
    match (ids(blueprint, Kind::SecretSet).as_slice(), needs.as_slice()) {
        ([only], []) | ([], [only]) => Some((*only).to_owned()),
        _ => None,
    }
}

/// What templates see of an object of the blueprint: its name and what else is known before anything is made. None if it is not made under these answers.
/// `outer` gives what is known of the objects that this one refers to by a need.
pub(super) fn identity(
    renderer: &Renderer,
    blueprint: &Blueprint,
    kind: Kind,
    id: &str,
    context: &Context,
) -> Result<Json, TemplateError> {
    let manifest = &blueprint.manifest;
    let text = |text: &Text| renderer.text(&text.source, context).map(Json::from);
    let holds = |when: &Option<Text>| when.as_ref().map_or(Ok(true), |when| renderer.condition(&when.source, context));
    let value = match kind {
        Kind::Namespace => match of(&manifest.namespaces, id) {
            Some(namespace) if holds(&namespace.when)? => json!({"name": text(&namespace.name)?}),
            _ => Json::Null,
        },
        Kind::Store => match of(&manifest.stores, id) {
            Some(store) if holds(&store.when)? => {
                let namespace = store.namespace.as_ref().map(text).transpose()?;
                json!({"name": text(&store.name)?, "namespace": namespace, "kind": store.kind.object()})
            }
            _ => Json::Null,
        },
        Kind::SecretSet => match of(&manifest.secret_sets, id) {
            Some(set) if holds(&set.when)? => {
                let namespace = set.namespace.as_ref().map(text).transpose()?;
                let keys = keys(renderer, blueprint, id, context)?;
                json!({"name": text(&set.name)?, "namespace": namespace, "keys": keys})
            }
            _ => Json::Null,
        },
        Kind::Release => match of(&manifest.releases, id) {
            Some(release) if holds(&release.when)? => {
                let chart = json!({"name": text(&release.chart)?, "version": text(&release.version)?});
                json!({"name": text(&release.name)?, "namespace": text(&release.namespace)?, "chart": chart})
            }
            _ => Json::Null,
        },
    };
    Ok(value)
}

fn of<'m, T>(entries: &'m [(super::manifest::Id, T)], id: &str) -> Option<&'m T> {
    entries.iter().find(|(known, _)| known.name == id).map(|(_, entry)| entry)
}

/// The keys of a Secret by the id of the secret, as far as the blueprint itself declares them.
fn keys(renderer: &Renderer, blueprint: &Blueprint, set: &str, context: &Context) -> Result<Json, TemplateError> {
    let only = only_set(blueprint);
    let mut keys = Map::new();
    for (id, secret) in &blueprint.manifest.secrets {
        if secret.set.as_ref().map(|set| &set.name).or(only.as_ref()).is_some_and(|name| name == set) {
            let key = match &secret.key {
                Some(key) => renderer.text(&key.source, context)?,
                None => id.name.clone(),
            };
            keys.insert(id.name.clone(), Json::from(key));
        }
    }
    Ok(Json::Object(keys))
}

/// The names of what [`identity`] gives, for checking templates without answers.
pub(super) fn shape(kind: Kind) -> Json {
    match kind {
        Kind::Namespace => json!({"name": null}),
        Kind::Store => json!({"name": null, "namespace": null, "kind": null}),
        Kind::SecretSet => json!({"name": null, "namespace": null, "keys": null}),
        Kind::Release => json!({"name": null, "namespace": null, "chart": {"name": null, "version": null}}),
    }
}
