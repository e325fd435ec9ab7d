//! What a chart is given in the place of values from Secrets: their names, `<hub.password:from-secret>`.
//!
//! A template may put a value anywhere, in another form, or a part of it: what must not be seen must not be given. Must not know who renders.

use super::{Assignment, Release, SetPath, SetStep, assign};
use crate::yaml::{Content, Value};

/// A release as it may be shown to a renderer.
pub(super) struct StoodIn {
    /// The release with names in the place of values from Secrets.
    pub release: Release,
    /// What differs from the values in the cluster: what, and why.
    pub differs: Vec<(String, String)>,
    /// Whether a value is missing altogether.
    pub lacks: bool,
}

/// Puts names in the place of values from Secrets, known or not.
pub(super) fn stand_in(release: &Release) -> StoodIn {
    let mut shown = release.clone();
    let mut differs = Vec::new();
    let mut lacks = false;
    let at = |path: &str| match path {
        "" => format!("values of Helm release {}", release.name),
        path => format!("value `{path}` of Helm release {}", release.name),
    };
    let is_secret = |path: &SetPath| release.sensitive.contains(path);
    let mut unknown = Vec::new();
    for (text, reason) in &release.unknown {
        let path = SetPath::parse(text).ok().filter(is_secret);
        let named = path.as_ref().is_some_and(|path| {
            let value = Value::string(name(path)).at(release.origin);
            // Where the name cannot stand the value could not, either.
            assign(&mut shown.values, &Assignment { path: path.clone(), value, ends_line: false }).is_ok()
        });
        lacks |= !named;
        unknown.extend(path);
        differs.push((at(text), reason.clone()));
    }
    let known = release.sensitive.iter().filter(|path| !unknown.contains(path));
    let mut hidden: Vec<String> = Vec::new();
    for path in known {
        let Some(value) = at_mut(&mut shown.values, path) else { continue };
        if hide(value, path) {
            hidden.push(format!("`{path}`"));
        }
    }
    if !hidden.is_empty() {
        let what = format!("{} of Helm release {}", hidden.join(", "), release.name);
        differs.push((what, "values of Secrets are never shown".to_owned()));
    }
    StoodIn { release: shown, differs, lacks }
}

fn name(path: &SetPath) -> String {
    format!("<{path}:from-secret>")
}

/// The value at a path.
fn at_mut<'v>(values: &'v mut Value, path: &SetPath) -> Option<&'v mut Value> {
    path.steps().iter().try_fold(values, |value, step| match step {
        SetStep::Key(key) => value.get_mut(key),
        SetStep::Index(index) => value.as_sequence_mut()?.get_mut(*index),
    })
}

/// Puts the name in the place of every text and number; tells whether there was any. Truth values tell nothing, and charts ask for them.
fn hide(value: &mut Value, path: &SetPath) -> bool {
    let is_harmless = value.as_bool().is_some() || value.is_null();
    match &mut value.content {
        Content::Scalar(_) if is_harmless => false,
        Content::Scalar(_) => {
            *value = Value::string(name(path)).at(value.origin);
            true
        }
        Content::Sequence(items) => items.iter_mut().map(|item| hide(item, path)).filter(|hidden| *hidden).count() > 0,
        Content::Mapping(mapping) => {
            mapping.values_mut().map(|value| hide(value, path)).filter(|hidden| *hidden).count() > 0
        }
    }
}
