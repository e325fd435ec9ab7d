//! The transformers of a kustomization, one file each, and the order in which kustomize runs them.
//!
//! Must not know how objects were loaded.

mod annotations;
mod field;
mod images;
pub(super) mod labels;
pub(super) mod name_reference;
mod names;
mod namespace;
mod patch_source;
mod patches;
mod replicas;

use smol_str::SmolStr;

use super::{
    accumulate::Accumulation,
    problem::{Problem, ProblemKind},
    resource::Resource,
};
use crate::{
    text::Span,
    yaml::{Content, Scalar, Type, Value, scalar},
};

type Result = std::result::Result<(), Box<Problem>>;

/// Runs all transformers of a kustomization over what it has accumulated.
pub(super) fn run(accumulation: &mut Accumulation<'_>) -> Result {
    let kustomization = accumulation.kustomization;
    patches::strategic_merge(accumulation, &kustomization.patches_strategic_merge)?;
    patches::patches(accumulation, &kustomization.patches)?;
    namespace::apply(accumulation)?;
    names::prefix(accumulation)?;
    names::suffix(accumulation)?;
    labels::apply(accumulation)?;
    annotations::apply(accumulation)?;
    patches::json6902(accumulation, &kustomization.patches_json6902)?;
    replicas::apply(accumulation)?;
    images::apply(accumulation)
}

/// Runs a change over every object; what it reports is blamed on the object and on the bytes of the kustomization file that asked for it.
fn each(
    accumulation: &mut Accumulation<'_>,
    span: Span,
    mut change: impl FnMut(&mut Resource) -> std::result::Result<(), field::FieldError>,
) -> Result {
    for position in 0..accumulation.work.set.len() {
        if let Some(Err(error)) = accumulation.work.set.change(position, &mut change) {
            let problem = field_problem(accumulation, position, span, &error);
            accumulation.tolerate(Err(problem))?;
        }
    }
    Ok(())
}

fn field_problem(
    accumulation: &Accumulation<'_>,
    position: usize,
    span: Span,
    error: &field::FieldError,
) -> Box<Problem> {
    let id = accumulation.work.set.get(position).map(|resource| resource.id().to_string()).unwrap_or_default();
    let label = accumulation.session.files.label(error.origin, &accumulation.kustomization.file, "");
    let message = format!("considering field `{}` of object {id}: {}", error.path, error.message);
    let problem = Problem::new(ProblemKind::TransformerFails, label, message);
    problem.related(accumulation.label(span, "asked for here"))
}

/// Changes the name of an object; it stays where it was written.
pub(super) fn rename(resource: &mut Resource, change: impl FnOnce(&str) -> String) {
    resource.change(|object| {
        let name = object.get_mut("metadata").and_then(|metadata| metadata.get_mut("name"));
        if let Some(name) = name {
            let changed = change(super::resource::scalar_text(Some(name)));
            set_text(name, changed);
        }
    });
}

/// Writes another text in the style of the old one: in quotes it is a string, else it is what it looks like.
fn set_text(value: &mut Value, text: impl Into<SmolStr>) {
    let text = text.into();
    let quoted = value.as_scalar().is_some_and(|old| old.quoted);
    let kind = if quoted { Type::String } else { scalar::resolve_plain(&text) };
    value.content = Content::Scalar(Scalar { text, kind, quoted });
}
