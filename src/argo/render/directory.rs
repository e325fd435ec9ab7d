//! Plain directories: every manifest in them, as it stands there.
//!
//! From `findManifests` in Argo CD's repository server. Must not know tools.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::{Directory, Fault, Renderer};
use crate::{
    argo::glob::{Dialect, Glob},
    diagnostic::{Diagnostic, Label, Severity},
    kustomize::File,
    manifest::{NotRendered, ObjectId, Rendered, RenderedObject},
    path::RepoPath,
    source::EntryKind,
    text::Span,
    yaml::{Node, Value},
};

/// A file that says this is left out.
const SKIP_MARKER: &str = "+argocd:skip-file-rendering";

impl Renderer<'_> {
    /// The objects of a directory's files, in order of their names.
    pub(super) fn plain_directory(&self, directory: &RepoPath, options: &Directory) -> Result<Rendered, Fault> {
        let mut rendered = Rendered::default();
        for path in self.manifest_files(directory, options) {
            let unreadable = |error: String| Fault::new(unusable(&path, Span::at(0), error));
            let Some(file) = self.session.file(&path).map_err(|error| unreadable(error.to_string()))? else { continue };
            let Some(text) = file.text() else {
                return Err(unreadable(format!("`{path}` is not UTF-8")));
            };
            if text.as_str().contains(SKIP_MARKER) {
                continue;
            }
            if path.extension() == Some("jsonnet") {
                let reason = Cow::Borrowed("Jsonnet is a program, and only runs in Argo CD");
                let place = Label::file(&path, "");
                rendered.not_rendered.push(NotRendered { place, what: format!("`{path}`"), reason });
                continue;
            }
            rendered.objects.extend(objects(&path, &file, text.as_str())?);
        }
        Ok(rendered)
    }

    /// The files that may hold manifests. Directories below are taken only with `recurse`; links to directories never are.
    fn manifest_files(&self, directory: &RepoPath, options: &Directory) -> Vec<RepoPath> {
        let glob = |pattern: &Option<SmolStr>| pattern.as_ref().map(|pattern| Glob::new(Dialect::Gobwas, pattern));
        let (include, exclude) = (glob(&options.include), glob(&options.exclude));
        let mut found = Vec::new();
        let mut pending = self.view.children(directory).unwrap_or_default();
        pending.reverse();
        while let Some(entry) = pending.pop() {
            if entry.kind == EntryKind::Directory {
                if options.recurse {
                    let children = self.view.children(&entry.path).unwrap_or_default();
                    pending.extend(children.into_iter().rev());
                }
                continue;
            }
            let relative = entry.path.relative_to(directory);
            let excluded = exclude.as_ref().is_some_and(|glob| glob.fits(&relative));
            let included = include.as_ref().is_none_or(|glob| glob.fits(&relative));
            if (options.disable_extension_filter || is_manifest_name(&relative)) && !excluded && included {
                found.push(entry.path);
            }
        }
        found
    }
}

fn is_manifest_name(name: &str) -> bool {
    [".yaml", ".yml", ".json", ".jsonnet"].iter().any(|ending| name.ends_with(ending))
}

/// The objects of a file. A file that is no manifest at all is passed over; one that starts as a manifest must be one to its end.
fn objects(path: &RepoPath, file: &File, text: &str) -> Result<Vec<RenderedObject>, Fault> {
    let is_json = path.extension() == Some("json");
    let looks_like_one = ["apiVersion:", "kind:", "metadata:"].iter().all(|word| text.contains(word));
    let stream = match file.stream() {
        Ok(stream) => stream,
        Err(problem) if is_json || looks_like_one => return Err(Box::new(problem.diagnostic())),
        Err(_) => return Ok(Vec::new()),
    };
    let documents: Vec<Node<'_>> =
        stream.documents().map(|document| document.root().follow()).filter(|root| !root.is_null()).collect();
    if let (true, Some(second)) = (is_json, documents.get(1)) {
        return Err(Box::new(unusable(path, second.span(), "a JSON file holds one object only".to_owned())));
    }
    let mut objects = Vec::new();
    for root in documents {
        let kind = root.get("kind").and_then(Node::text).filter(|kind| !kind.is_empty());
        if kind.is_none() {
            if is_json || looks_like_one || !objects.is_empty() {
                let start = Span::new(root.span().start as usize, root.span().start as usize);
                return Err(Box::new(unusable(path, start, "an object without a `kind`".to_owned())));
            }
            return Ok(Vec::new());
        }
        let value = root.to_value(file.id());
        let value = value.map_err(|error| Box::new(unusable(path, error.span(), error.to_string())))?;
        for value in flattened(value) {
            let span = Span::at(value.origin.offset as usize);
            let id = ObjectId::of_value(&value)
                .ok_or_else(|| Box::new(unusable(path, span, "an object without an `apiVersion`".to_owned())))?;
            objects.push(RenderedObject { id, value: value.into(), path: path.clone(), name_before_hash: None });
        }
    }
    Ok(objects)
}

/// The items of a list, or the object itself. A list is what has a list of `items`; without any it is nothing.
fn flattened(mut value: Value) -> Vec<Value> {
    let Some(items) = value.as_mapping_mut().and_then(|mapping| mapping.get_mut("items")) else { return vec![value] };
    if let Some(items) = items.as_sequence_mut() {
        return std::mem::take(items);
    }
    let is_nothing = items.is_null() && value.get("spec").is_none() && value.get("status").is_none();
    if is_nothing { Vec::new() } else { vec![value] }
}

fn unusable(path: &RepoPath, span: Span, message: String) -> Diagnostic {
    Diagnostic::new("argo/unusable-manifest", Severity::Error, message, Label::new(path, span, ""))
}
