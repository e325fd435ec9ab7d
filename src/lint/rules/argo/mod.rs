//! Rules on Applications, `ApplicationSets` and `AppProjects` of Argo CD.
//!
//! Owns what several of them read: the `spec` of Applications, be it written in one or in the template of a set.

pub mod annotation_not_string;
pub mod application_set;
pub mod chart_without_version;
pub mod destination;
pub mod finalizer;
pub mod floating_revision;
pub mod greedy_pattern;
pub mod helm_not_enabled;
pub mod hook;
pub mod inert_wave;
pub mod invalid_parameter;
pub mod invalid_reference;
pub mod invalid_source;
pub mod invalid_values;
pub mod missing_key;
pub mod missing_kustomization;
pub mod missing_path;
pub mod missing_values_file;
pub mod namespace_not_watched;
pub mod namespace_to_create;
pub mod no_finalizer;
pub mod overlapping_parameters;
pub mod project_missing;
pub mod project_refuses;
pub mod repeated_resource;
pub mod set_deletes;
pub mod source_and_sources;
pub mod source_override;
pub mod sync_option;
pub mod sync_wave;
pub mod two_tools;
pub mod unpinned_chart;
pub mod unusable_manifest;
pub mod unused_reference;
pub mod values_and_values_object;

use crate::{
    argo::{self, GROUP, sources},
    project::Object,
    yaml::Value,
};

/// The `spec` of an Application, or of those that an ApplicationSet makes as far as its template says.
fn application_spec(object: &Object) -> Option<&Value> {
    argo::application_spec(&object.id, &object.value)
}

/// The `spec` of an ApplicationSet.
fn set_spec(object: &Object) -> Option<&Value> {
    if object.id.is(GROUP, "ApplicationSet") { object.value.get("spec") } else { None }
}

/// Whether parts of the `spec` may come from elsewhere than the template.
fn is_patched(object: &Object) -> bool {
    set_spec(object).is_some_and(|spec| spec.get("templatePatch").is_some() || has_own_template(spec, 0))
}

/// Whether a generator brings a template of its own.
fn has_own_template(holder: &Value, depth: usize) -> bool {
    let generators = holder.get("generators").and_then(Value::as_sequence).unwrap_or_default();
    let bodies = generators.iter().filter_map(Value::as_mapping).flat_map(|generator| generator.values());
    depth < 4 && bodies.into_iter().any(|body| body.get("template").is_some() || has_own_template(body, depth + 1))
}

/// The text of a scalar, if it is there and not empty.
fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    let text = value.pointer(keys)?.as_scalar()?.text.as_str();
    (!text.is_empty()).then_some(text)
}

/// The annotations of an object that Argo CD reads.
fn annotations(object: &Object) -> impl Iterator<Item = (&str, &Value)> {
    let all = object.value.pointer(&["metadata", "annotations"]).and_then(Value::as_mapping);
    let all = all.into_iter().flatten().map(|(key, value)| (key.as_str(), value));
    all.filter(|(key, _)| key.starts_with("argocd.argoproj.io/"))
}

/// The items of a list of texts.
fn items<'v>(value: &'v Value, keys: &[&str]) -> &'v [Value] {
    value.pointer(keys).and_then(Value::as_sequence).unwrap_or_default()
}
