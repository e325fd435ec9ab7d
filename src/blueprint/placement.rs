//! Where an instance meets a repository: the kustomizations between it and the directory that the cluster reconciles.
//!
//! Owns registration: a kustomization that is missing is made, one that is there gets one entry more and keeps the rest of its text. Must not know what is
//! registered.

use super::render::plain_or_quoted;
use crate::{
    change::TextEdit,
    flux,
    path::RepoPath,
    source::{SourceError, SourceView},
    text::{SourceText, Span},
    yaml::{
        Document, Kind, Node, Route, Stream, Value,
        edit::{Editor, Place},
    },
};

/// The names under which kustomize looks for a kustomization, in its order.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a new kustomization holds.
const NEW: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n";

/// One kustomization that names what lies below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The kustomization.
    pub path: RepoPath,
    /// The entry.
    pub entry: String,
    /// Its whole new text.
    pub text: String,
    /// The edits that give it; `None` for a new file.
    pub edits: Option<Vec<TextEdit>>,
}

/// Why an instance cannot be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The view does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The kustomization cannot be edited.
    #[error("{path}: {reason}")]
    Unusable {
        /// The kustomization.
        path: RepoPath,
        /// Its text, if it is text.
        text: Option<SourceText>,
        /// The bytes to blame.
        span: Span,
        /// What is wrong.
        reason: String,
    },
    /// The instance does not lie below the root.
    #[error("`{path}` does not lie below `{root}`, which the cluster reconciles")]
    Outside {
        /// The directory of the instance.
        path: RepoPath,
        /// The directory that the cluster reconciles.
        root: RepoPath,
    },
}

/// The kustomization of a directory, with its text.
fn kustomization(view: &dyn SourceView, directory: &RepoPath) -> Result<Option<(RepoPath, SourceText)>, RegisterError> {
    for name in NAMES {
        let Ok(path) = directory.join(name) else { continue };
        let Some(bytes) = view.read_file(&path)? else { continue };
        let Ok(text) = String::from_utf8(bytes) else {
            let reason = "not UTF-8".to_owned();
            return Err(RegisterError::Unusable { path, text: None, span: Span::at(0), reason });
        };
        return Ok(Some((path, SourceText::new(text))));
    }
    Ok(None)
}

/// Whether a directory has a kustomization.
pub(super) fn is_kustomization(view: &dyn SourceView, directory: &RepoPath) -> Result<bool, RegisterError> {
    Ok(kustomization(view, directory)?.is_some())
}

/// The names of the directories right below one that have a kustomization.
pub(super) fn overlays(view: &dyn SourceView, root: &RepoPath) -> Result<Vec<String>, RegisterError> {
    let mut names = Vec::new();
    for entry in view.children(root)? {
        if is_kustomization(view, &entry.path)? {
            names.push(entry.path.file_name().to_owned());
        }
    }
    Ok(names)
}

/// Registers a directory in each kustomization above it, up to the root. What is registered already is left out.
pub(super) fn register(
    view: &dyn SourceView,
    path: &RepoPath,
    root: &RepoPath,
) -> Result<Vec<Registration>, RegisterError> {
    if !path.is_under(root) {
        return Err(RegisterError::Outside { path: path.clone(), root: root.clone() });
    }
    let mut registrations = Vec::new();
    let mut below = path.clone();
    while below != *root {
        let Some(directory) = below.parent() else { break };
        let was_there = kustomization(view, &directory)?.is_some();
        registrations.extend(entry(view, &directory, below.file_name())?);
        below = directory;
        // What was there is reached already. Where nothing above it is a kustomization, as above overlays, none shall be made.
        let above = below.parent().filter(|_| below != *root);
        if let (true, Some(above)) = (was_there, above)
            && kustomization(view, &above)?.is_none()
        {
            break;
        }
    }
    Ok(registrations)
}

/// The text of a kustomization for a directory that had none. Until now the controller took everything in it; that must stay so, since what is no longer named
/// would be pruned.
fn new_kustomization(view: &dyn SourceView, directory: &RepoPath, name: &str) -> Result<String, RegisterError> {
    let found = flux::generate(view, directory, |name| NAMES.contains(&name))?;
    let below = directory.join(name).unwrap_or_else(|_| directory.clone());
    let present = found.files.iter().chain(&found.kustomizations).filter(|path| !path.is_under(&below));
    let mut entries: Vec<String> = present.map(|path| path.relative_to(directory)).collect();
    entries.sort();
    entries.push(name.to_owned());
    let mut text = NEW.to_owned();
    for entry in entries {
        text.push_str(&format!("  - {}\n", plain_or_quoted(&entry)));
    }
    Ok(text)
}

fn entry(view: &dyn SourceView, directory: &RepoPath, name: &str) -> Result<Option<Registration>, RegisterError> {
    let Some((path, text)) = kustomization(view, directory)? else {
        let Ok(path) = directory.join(NAMES[0]) else { return Ok(None) };
        let text = new_kustomization(view, directory, name)?;
        return Ok(Some(Registration { path, entry: name.to_owned(), text, edits: None }));
    };
    let unusable = |span: Span, reason: String| RegisterError::Unusable {
        path: path.clone(),
        text: Some(text.clone()),
        span,
        reason,
    };
    let stream = Stream::parse(text.clone()).map_err(|error| unusable(error.span, error.message))?;
    let root = stream.documents().next().map(Document::root);
    let Some(root) = root.filter(|root| root.is_mapping()) else {
        return Err(unusable(Span::at(0), "a kustomization is a mapping".to_owned()));
    };
    let resources = root.get("resources");
    if let Some(resources) = resources.filter(|resources| !resources.is_sequence() && !resources.is_null()) {
        return Err(unusable(resources.span(), "`resources` must be a list".to_owned()));
    }
    let listed = |item: &str| item.trim_start_matches("./").trim_end_matches('/') == name;
    if resources.is_some_and(|resources| resources.items().any(|item| item.text().is_some_and(listed))) {
        return Ok(None);
    }
    let is_list = resources.is_some_and(|resources| resources.kind() == Kind::Sequence);
    let mut editor = Editor::new(stream.clone());
    let route = Route::of_keys(&["resources"]);
    let value = Value::string(name);
    let done = if is_list {
        editor.document(0).append_item(&route, &value)
    } else if resources.is_some() {
        editor.document(0).replace(&route, &Value::sequence(vec![value]))
    } else {
        editor.document(0).insert_key(&Route::root(), "resources", &Value::sequence(vec![value]), Place::default())
    };
    let span = resources.map_or(Span::at(0), Node::span);
    done.map_err(|error| unusable(span, error.to_string()))?;
    let edited = editor.finish();
    let edits = edited.splices.into_iter().map(|splice| TextEdit::new(splice.span, splice.replacement)).collect();
    Ok(Some(Registration { path, entry: name.to_owned(), text: edited.text, edits: Some(edits) }))
}
