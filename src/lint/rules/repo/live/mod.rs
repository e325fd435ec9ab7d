//! The values that reach a cluster: those of objects that Flux or Argo CD applies, and those that charts get.
//!
//! Must not know what is wrong with one.

use crate::{
    cluster::UnitKind,
    diagnostic::Label,
    flux::helm_release::is_helm_release,
    project::{Object, Project},
    yaml::{Content, Value},
};

/// Calls `see` with every scalar.
pub(super) fn live_values(project: &Project, see: &mut dyn FnMut(&Value)) {
    let is_live = |unit: usize| {
        project.units().get(unit).is_some_and(|unit| matches!(unit.kind, UnitKind::Flux | UnitKind::Argo))
    };
    for object in project.objects().iter().filter(|object| is_live(object.unit)) {
        for (key, value) in object.value.as_mapping().into_iter().flatten() {
            // What a release gives its chart is looked at once it is composed.
            if !matches!(key.as_str(), "apiVersion" | "kind" | "metadata" | "status") && !is_release(object) {
                walk(project, key, value, see);
            }
        }
    }
    for release in project.model().releases.iter().filter(|release| is_live(release.unit)) {
        walk(project, "values", &release.release.values, see);
    }
}

fn is_release(object: &Object) -> bool {
    let id = &object.id;
    is_helm_release(id)
        || id.is("argoproj.io", "Application")
        || id.is("argoproj.io", "ApplicationSet")
        || id.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

fn walk(project: &Project, key: &str, value: &Value, see: &mut dyn FnMut(&Value)) {
    match &value.content {
        Content::Mapping(entries) => entries.iter().for_each(|(key, value)| walk(project, key, value, see)),
        Content::Sequence(items) => items.iter().for_each(|item| walk(project, key, item, see)),
        Content::Scalar(scalar) => {
            let is_document = scalar.text.contains('\n') && matches!(key.rsplit('.').next(), Some("yaml" | "yml"));
            let inner = is_document.then(|| project.embedded(value)).flatten();
            match inner.and_then(|inner| inner.to_placed_value(value.origin.file)) {
                Some(inner) => walk(project, "", &inner, see),
                None => see(value),
            }
        }
    }
}

/// Where a scalar stands, with its text.
pub(super) fn label_and_text(project: &Project, value: &Value) -> Option<(Label, String)> {
    Some((project.label_within(value.origin, "")?, value.as_scalar()?.text.trim().to_owned()))
}

/// Whether a text as a whole only holds the place of another.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "changeme",
        "changethis",
        "fillin",
        "fillmein",
        "fixme",
        "insertyouremail",
        "replaceme",
        "replacethis",
        "tobefilled",
        "tofill",
        "youremail",
        "yourdomain",
        "yourpassword",
        "yourtoken",
    ];
    let text = text.trim();
    let inner = text.trim_matches(['<', '>', '{', '}', '[', ']', '_', ' ']);
    let word: String = inner.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_lowercase();
    let is_bracketed = text.starts_with('<') && text.ends_with('>') && !text.contains(['\n', '/']);
    WORDS.contains(&word.as_str())
        || matches!(inner, "TODO" | "TBD")
        || is_bracketed && ["your", "insert", "replace", "change"].iter().any(|start| word.starts_with(start))
}
