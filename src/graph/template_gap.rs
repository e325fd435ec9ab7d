//! What the templates of an ExternalSecret take and what it reads, held against each other.
//!
//! Facts from external-secrets: a template sees the values that `data` and `dataFrom` give, and nothing else; a name that none gives is an error. Must not know stores.

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::{
    external_secret::ExternalSecret,
    template::{self, Uses},
};
use crate::yaml::{Origin, Value};

/// What does not fit between the templates of an ExternalSecret and what it reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateGaps {
    /// The names that a template takes and nothing gives, each with the place of the template.
    pub missing: Vec<(SmolStr, Origin)>,
    /// The entries that no template takes although only templates write keys, each with the place of its name.
    pub unused: Vec<(SmolStr, Origin)>,
    /// The names that entries give.
    pub given: Vec<SmolStr>,
}

/// The texts of the templates that stand in the specification of an ExternalSecret.
pub fn external_secret_templates(spec: &Value) -> Vec<&Value> {
    let template = spec.pointer(&["target", "template"]);
    let data = template.and_then(|template| template.get("data")).and_then(Value::as_mapping);
    let from = template.and_then(|template| template.get("templateFrom")).and_then(Value::as_sequence);
    let literals = from.unwrap_or_default().iter().filter_map(|one| one.get("literal"));
    let metadata = ["labels", "annotations"].into_iter().filter_map(|field| {
        template.and_then(|template| template.pointer(&["metadata", field])).and_then(Value::as_mapping)
    });
    let values = data.into_iter().chain(metadata).flat_map(|entries| entries.values());
    values.chain(literals).filter(|value| value.as_scalar().is_some()).collect()
}

/// Compares the templates in the specification of an ExternalSecret with what it reads.
pub fn template_gaps(spec: &Value) -> TemplateGaps {
    let external = ExternalSecret::of(spec);
    let named = external.items.iter().filter_map(|item| item.name.as_ref().map(|(name, _)| name.clone()));
    let known = external.items.iter().flat_map(|item| item.names.into_iter().flatten().map(|&name| name.into()));
    let given: Vec<SmolStr> = named.chain(known).collect();
    // What is read from an entry that an overlay has yet to complete cannot be told either.
    let from = spec.get("dataFrom").and_then(Value::as_sequence).map_or(0, <[Value]>::len);
    let read = external.items.iter().filter(|item| item.field.starts_with("dataFrom")).count();
    let is_open = read < from || external.items.iter().any(|item| item.name.is_none() && item.names.is_none());
    let texts = external_secret_templates(spec);
    let uses: Vec<(Uses, Origin)> =
        texts.iter().filter_map(|value| Some((template::uses(&value.as_scalar()?.text), value.origin))).collect();
    let mut gaps = TemplateGaps { given, ..TemplateGaps::default() };
    for (uses, origin) in uses.iter().filter(|(uses, _)| !is_open && !uses.open) {
        let names: BTreeSet<&SmolStr> = uses.names.iter().map(|(name, _)| name).collect();
        let missing = names.into_iter().filter(|name| !gaps.given.contains(name));
        gaps.missing.extend(missing.map(|name| (name.clone(), *origin)));
    }
    // A template that stands elsewhere may take anything.
    let from = spec.pointer(&["target", "template", "templateFrom"]).and_then(Value::as_sequence).unwrap_or_default();
    let all_read = from.iter().all(|one| one.get("literal").is_some()) && !uses.iter().any(|(uses, _)| uses.open);
    if external.writes && external.template.is_some() && !external.passes_on && all_read {
        // Generous: whatever holds the name may take it, as `$.name` does.
        let taken = |name: &SmolStr| {
            texts.iter().any(|one| one.as_scalar().is_some_and(|text| text.text.contains(name.as_str())))
        };
        let entries = external.items.iter().filter_map(|item| item.name.clone());
        gaps.unused.extend(entries.filter(|(name, _)| !taken(name)));
    }
    gaps
}
