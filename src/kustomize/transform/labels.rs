//! `labels` and `commonLabels`.
//!
//! Must not know which fields of which kinds hold labels.

use super::{
    Result, each,
    field::{self, FieldError},
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        default_field_specs,
        field_spec::{self, ConflictingFieldSpecs, FieldSpec, Leaf},
        kustomization::{Labels, Pairs},
        problem::{Problem, ProblemKind},
        resource::Resource,
    },
    text::Span,
    yaml::{FileId, Value},
};

/// Runs the transformer for each entry of `labels`, then for `commonLabels`.
pub(super) fn apply(accumulation: &mut Accumulation<'_>) -> Result {
    let kustomization = accumulation.kustomization;
    for entry in &kustomization.labels {
        match specs(entry) {
            Ok(specs) => add(accumulation, &entry.pairs, &specs, entry.span)?,
            Err(conflict) => {
                let label = accumulation.label(entry.span, "");
                let problem = Problem::new(ProblemKind::InvalidKustomization, label, conflict.to_string());
                accumulation.tolerate(Err(problem))?;
            }
        }
    }
    let span = kustomization.common_labels.first().map_or(Span::at(0), |(_, value)| value.span);
    add(accumulation, &kustomization.common_labels, default_field_specs::common_labels(), span)
}

/// The fields that an entry of `labels` reaches.
fn specs(entry: &Labels) -> std::result::Result<Vec<FieldSpec>, ConflictingFieldSpecs> {
    let mut specs = entry.fields.clone();
    let everywhere = [FieldSpec { path: "metadata/labels".into(), create: true, ..FieldSpec::default() }];
    let more: &[&[FieldSpec]] = match (entry.include_selectors, entry.include_templates) {
        (true, _) => &[default_field_specs::common_labels()],
        (false, true) => &[default_field_specs::template_labels(), &everywhere],
        (false, false) => &[&everywhere],
    };
    for spec in more.iter().flat_map(|specs| specs.iter()) {
        field_spec::merge(&mut specs, spec.clone())?;
    }
    Ok(specs)
}

fn add(accumulation: &mut Accumulation<'_>, pairs: &Pairs, specs: &[FieldSpec], span: Span) -> Result {
    if pairs.is_empty() {
        return Ok(());
    }
    let file = accumulation.kustomization.file_id();
    accumulation.charge(span, accumulation.work.set.len().saturating_mul(pairs.len()))?;
    each(accumulation, span, |resource| add_pairs(resource, pairs, specs, file))
}

/// Puts strings into every field of an object that the specifications name.
pub(super) fn add_pairs(
    resource: &mut Resource,
    pairs: &Pairs,
    specs: &[FieldSpec],
    file: FileId,
) -> std::result::Result<(), FieldError> {
    let gvk = resource.id().gvk.clone();
    let mut put = |field: &mut Value| {
        let mapping = field::mapping(field)?;
        mapping.extend(pairs.iter().map(|(key, text)| (key.clone(), text.value(file))));
        Ok(())
    };
    resource.change(|object| field::change(object, &gvk, specs, Leaf::Mapping, &mut put))
}

/// Adds the label that `buildMetadata: [managedByLabel]` asks for, with the version that kubectl writes.
pub(in super::super) fn add_managed_by(object: &mut Value) {
    let spec = FieldSpec { path: "metadata/labels".into(), create: true, ..FieldSpec::default() };
    let mut put = |field: &mut Value| {
        let label = Value::string("kustomize-(devel)");
        field::mapping(field)?.insert("app.kubernetes.io/managed-by".into(), label);
        Ok(())
    };
    // Metadata without a mapping for labels cannot take one; kustomize has refused it by now if a transformer tried.
    let _ = field::visit(object, &spec, Leaf::Mapping, &mut put);
}
