//! `labels` and `commonLabels`.
//!
//! Must not know which fields of which kinds hold labels.

use super::{
    Result, each,
    field::{self, Create, FieldError},
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_spec::{self, FieldSpec, FieldSpecs},
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
            Err(path) => {
                let message = format!("conflicting fieldspecs for `{path}`: `create` differs");
                let problem =
                    Problem::new(ProblemKind::InvalidKustomization, accumulation.label(entry.span, ""), message);
                accumulation.tolerate(Err(problem))?;
            }
        }
    }
    let span = kustomization.common_labels.first().map_or(Span::at(0), |(_, value)| value.span);
    add(accumulation, &kustomization.common_labels, &field_spec::defaults().common_labels, span)
}

/// The fields that an entry of `labels` reaches; the path of a conflict as error.
fn specs(entry: &Labels) -> std::result::Result<FieldSpecs, smol_str::SmolStr> {
    let defaults = field_spec::defaults();
    let own = entry.fields.iter().map(|field| FieldSpec {
        group: field.group.clone(),
        version: field.version.clone(),
        kind: field.kind.clone(),
        path: field.path.clone(),
        create: field.create,
    });
    let mut specs = FieldSpecs::new(own.collect());
    if entry.include_selectors {
        specs.merge(&defaults.common_labels)?;
        return Ok(specs);
    }
    if entry.include_templates {
        specs.merge(&defaults.template_labels)?;
    }
    specs.merge_one(FieldSpec::any("metadata/labels", true))?;
    Ok(specs)
}

fn add(accumulation: &mut Accumulation<'_>, pairs: &Pairs, specs: &FieldSpecs, span: Span) -> Result {
    if pairs.is_empty() {
        return Ok(());
    }
    let file = accumulation.kustomization.file_id();
    each(accumulation, span, |resource| add_pairs(resource, pairs, specs, file))
}

/// Puts strings into every field of an object that the specifications name.
pub(super) fn add_pairs(
    resource: &mut Resource,
    pairs: &Pairs,
    specs: &FieldSpecs,
    file: FileId,
) -> std::result::Result<(), FieldError> {
    let gvk = resource.id().gvk.clone();
    resource.change(|object| {
        for spec in specs.for_type(&gvk) {
            let create = if spec.create { Create::Mapping } else { Create::Nothing };
            let put = |field: &mut Value| {
                let mapping = field::mapping(field)?;
                mapping.extend(pairs.iter().map(|(key, text)| (key.clone(), text.value(file))));
                Ok(())
            };
            field::visit(object, &field::split(&spec.path), create, &mut { put }).map_err(|error| error.on(&spec.path))?;
        }
        Ok(())
    })
}

/// Adds the label that `buildMetadata: [managedByLabel]` asks for, with the version that kubectl writes.
pub(in super::super) fn add_managed_by(object: &mut Value) {
    let path = ["metadata".into(), "labels".into()];
    let mut put = |field: &mut Value| {
        let label = Value::string("kustomize-(devel)");
        field::mapping(field)?.insert("app.kubernetes.io/managed-by".into(), label);
        Ok(())
    };
    // Metadata without a mapping for labels cannot take one; kustomize has refused it by now if a transformer tried.
    let _ = field::visit(object, &path, Create::Mapping, &mut put);
}
