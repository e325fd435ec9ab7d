//! The transformers of a kustomization, one file each, and the order in which kustomize runs them.
//!
//! Must not know how objects were loaded.

pub(super) mod annotations;
pub(super) mod field;
pub(super) mod hashes;
pub(super) mod images;
pub(super) mod labels;
pub(super) mod name_reference;
pub(super) mod names;
pub(super) mod namespace;
pub(super) mod patch_source;
pub(super) mod patches;
pub(super) mod replacements;
pub(super) mod replicas;
pub(super) mod vars;

use std::sync::Arc;

use smol_str::SmolStr;

use self::names::End;
use super::{
    accumulate::Accumulation,
    problem::{Problem, ProblemKind},
    resource::Resource,
    spot::Spot,
    transformer_config::TransformerConfig,
};
use crate::yaml::{Content, Scalar, Type, Value, scalar};

type Result = std::result::Result<(), Box<Problem>>;

/// Runs all transformers of a kustomization over what it has accumulated.
pub(super) fn run(accumulation: &mut Accumulation<'_>) -> Result {
    let kustomization = accumulation.kustomization;
    let config = Arc::clone(accumulation.work.config());
    patches::strategic_merge(accumulation, &kustomization.patches_strategic_merge)?;
    if !kustomization.patches_strategic_merge.is_empty() {
        record(accumulation, "PatchStrategicMergeTransformer");
    }
    patches::patches(accumulation, &kustomization.patches)?;
    if let Some(namespace) = &kustomization.namespace {
        namespace::apply(accumulation, &namespace.clone().into(), &config.namespace)?;
        record(accumulation, "NamespaceTransformer");
    }
    if let Some(prefix) = &kustomization.name_prefix {
        names::apply(accumulation, End::Front, prefix, &config.name_prefix)?;
        record(accumulation, "PrefixTransformer");
    }
    if let Some(suffix) = &kustomization.name_suffix {
        names::apply(accumulation, End::Back, suffix, &config.name_suffix)?;
        record(accumulation, "SuffixTransformer");
    }
    all_labels(accumulation, &config)?;
    if !kustomization.common_annotations.is_empty() {
        annotations::apply(accumulation, &kustomization.common_annotations, &config.common_annotations)?;
        record(accumulation, "AnnotationsTransformer");
    }
    patches::json6902(accumulation, &kustomization.patches_json6902)?;
    for entry in &kustomization.replicas {
        replicas::apply(accumulation, entry, &config.replicas)?;
        record(accumulation, "ReplicaCountTransformer");
    }
    for image in &kustomization.images {
        images::apply(accumulation, image, &config.images)?;
        record(accumulation, "ImageTagTransformer");
    }
    replacements::apply(accumulation, &kustomization.replacements)?;
    if !kustomization.replacements.is_empty() {
        record(accumulation, "ReplacementTransformer");
    }
    Ok(())
}

/// Runs `labels`, then `commonLabels`. kustomize runs the latter, and says so, even if there are only the former.
fn all_labels(accumulation: &mut Accumulation<'_>, config: &TransformerConfig) -> Result {
    let kustomization = accumulation.kustomization;
    if kustomization.labels.is_empty() && kustomization.common_labels.is_empty() {
        return Ok(());
    }
    for entry in &kustomization.labels {
        labels::entry(accumulation, entry, config)?;
        record(accumulation, "LabelTransformer");
    }
    labels::apply(accumulation, &kustomization.common_labels, &config.common_labels)?;
    record(accumulation, "LabelTransformer");
    Ok(())
}

/// Notes on all objects that the transformer has run for which a field of the kustomization stands.
fn record(accumulation: &mut Accumulation<'_>, transformer: &str) {
    let configured = accumulation.configured_by(transformer);
    accumulation.record(configured.as_ref());
}

/// Runs a change over every object; what it reports is blamed on the object and on the bytes of the kustomization file that asked for it.
fn each(
    accumulation: &mut Accumulation<'_>,
    spot: Spot,
    mut change: impl FnMut(&mut Resource) -> std::result::Result<(), field::FieldError>,
) -> Result {
    for position in 0..accumulation.work.set.len() {
        if let Some(Err(error)) = accumulation.work.set.change(position, &mut change) {
            let problem = field_problem(accumulation, position, spot, &error);
            accumulation.tolerate(Err(problem))?;
        }
    }
    Ok(())
}

pub(super) fn field_problem(
    accumulation: &Accumulation<'_>,
    position: usize,
    spot: Spot,
    error: &field::FieldError,
) -> Box<Problem> {
    let id = accumulation.work.set.get(position).map(|resource| resource.id().to_string()).unwrap_or_default();
    let label = accumulation.written_at(error.origin, "");
    let message = format!("considering field `{}` of object {id}: {}", error.path, error.message);
    let problem = Problem::new(ProblemKind::TransformerFails, label, message);
    problem.related(accumulation.label(spot, "asked for here"))
}

/// Writes another text in the style of the old one: in quotes it is a string, else it is what it looks like.
pub(super) fn set_text(value: &mut Value, text: impl Into<SmolStr>) {
    let text = text.into();
    let quoted = value.as_scalar().is_some_and(|old| old.quoted);
    let kind = if quoted { Type::String } else { scalar::resolve_plain(&text) };
    value.content = Content::Scalar(Scalar { text, kind, quoted });
}
