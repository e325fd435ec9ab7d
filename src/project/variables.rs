//! Objects that variables are to come from and that nothing in the repository makes.
//!
//! Somebody may have made them by hand: what is missing is told to whoever renders, and a rule only speaks up where a name is misspelt. Must not know who asks.

use std::collections::BTreeSet;

use super::{Project, Unit};
use crate::{
    diagnostic::{Diagnostic, Severity},
    text::nearest,
    yaml::Value,
};

const RULE: &str = "flux/substitute-from-missing";

impl Project {
    /// For a Flux Kustomization: each entry of `substituteFrom` that is not optional and whose object neither the repository nor its configuration knows, as a
    /// warning with help.
    pub fn missing_variables(&self, unit: &Unit) -> Vec<Diagnostic> {
        let Some(flux) = &unit.flux else { return Vec::new() };
        let entries = flux.spec.get("postBuild").and_then(|one| one.get("substituteFrom")).and_then(Value::as_sequence);
        let missing = |entry: &Value| {
            let text = |key: &str| entry.get(key).and_then(Value::as_str);
            let (kind, name) = (text("kind")?, text("name")?);
            let is_optional = entry.get("optional").and_then(Value::as_bool).unwrap_or_default();
            let namespace = Some(flux.namespace()).filter(|namespace| !namespace.is_empty())?;
            if is_optional || name.contains("${") || self.is_external(kind, Some(namespace), name) {
                return None;
            }
            let made = self.made_beside(unit, kind, namespace);
            if made.contains(name) {
                return None;
            }
            let message = format!("variables are to come from the {kind} `{namespace}/{name}`, which nothing makes");
            let found = Diagnostic::new(RULE, Severity::Warning, message, self.label(entry.get("name")?, "")?);
            Some(match nearest(name, made.iter().map(String::as_str)) {
                Some(near) => found.with_help(format!("did you mean `{near}`?")),
                None => found.with_help(
                    "add it, say `optional: true`, or name it under `external` in treewright.toml if something else makes it",
                ),
            })
        };
        entries.unwrap_or_default().iter().filter_map(missing).collect()
    }

    /// The names of the ConfigMaps or Secrets in a namespace that the cluster of a unit is given.
    fn made_beside(&self, unit: &Unit, kind: &str, namespace: &str) -> BTreeSet<String> {
        let is_beside = |index: usize| self.units().get(index).is_some_and(|other| other.cluster == unit.cluster);
        let objects = self.objects().iter().filter(|object| is_beside(object.unit));
        let made = objects.flat_map(super::Object::produced).filter(|one| {
            format!("{:?}", one.kind) == kind && one.namespace.as_ref().is_none_or(|other| other == namespace)
        });
        made.map(|one| one.name.to_string()).collect()
    }
}
