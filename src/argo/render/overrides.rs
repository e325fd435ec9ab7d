//! `.argocd-source.yaml` and `.argocd-source-<application>.yaml`: files in the directory of a source that change its options.
//!
//! From `mergeSourceParameters` in Argo CD's repository server: JSON merge patches, in that order; where the source is cannot be changed. Must not know tools.

use super::{Fault, Renderer, Source};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    text::Span,
    yaml::{Content, Value},
};

/// The source with the files of its directory merged into it.
pub(super) fn merged(renderer: &Renderer<'_>, source: &Source, directory: &RepoPath) -> Result<Source, Fault> {
    let instance = renderer.application.instance_name(&renderer.options.controller_namespace);
    let mut value = source.value.clone();
    let mut changed = false;
    for name in [".argocd-source.yaml".to_owned(), format!(".argocd-source-{instance}.yaml")] {
        let Ok(path) = directory.join(&name) else { continue };
        let Some(patch) = read(renderer, &path)? else { continue };
        merge_patch(&mut value, patch);
        changed = true;
    }
    if !changed {
        return Ok(source.clone());
    }
    let merged = Source::of(&value);
    Ok(Source {
        repo_url: source.repo_url.clone(),
        path: source.path.clone(),
        chart: source.chart.clone(),
        target_revision: source.target_revision.clone(),
        origin: source.origin,
        ..merged
    })
}

fn read(renderer: &Renderer<'_>, path: &RepoPath) -> Result<Option<Value>, Fault> {
    let wrong = |span: Span, message: String| {
        Box::new(Diagnostic::new("argo/invalid-source", Severity::Error, message, Label::new(path, span, "")))
    };
    let file = renderer.session.file(path).map_err(|error| wrong(Span::at(0), error.to_string()))?;
    let Some(file) = file else { return Ok(None) };
    let stream = file.stream().map_err(|problem| Box::new(problem.diagnostic()))?;
    let Some(document) = stream.documents().next() else { return Ok(None) };
    let root = document.root().follow();
    let value = root.to_value(file.id()).map_err(|error| wrong(error.span(), error.to_string()))?;
    match value.content {
        Content::Mapping(_) => Ok(Some(value)),
        _ if value.is_null() => Ok(None),
        _ => Err(wrong(root.span(), "a mapping with options of the source is expected here".to_owned())),
    }
}

/// RFC 7396: mappings are merged, null takes away, everything else replaces.
fn merge_patch(target: &mut Value, patch: Value) {
    let Content::Mapping(patch) = patch.content else {
        *target = patch;
        return;
    };
    if target.as_mapping().is_none() {
        target.content = Content::Mapping(Box::default());
    }
    let Some(mapping) = target.as_mapping_mut() else { return };
    for (key, value) in *patch {
        if value.is_null() {
            mapping.shift_remove(&key);
        } else if value.as_mapping().is_some() {
            let origin = value.origin;
            merge_patch(mapping.entry(key).or_insert_with(|| Value::mapping().at(origin)), value);
        } else {
            mapping.insert(key, value);
        }
    }
}
