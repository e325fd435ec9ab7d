//! The build environment: `$ARGOCD_APP_NAME` and its kin in parameters, file names and options.
//!
//! From `newEnv` in Argo CD's repository server and Go's `os.Expand`: `$NAME` and `${NAME}`, `$$` for a dollar sign; any other name gives nothing. Must not know
//! where texts come from.

use std::collections::BTreeMap;

use super::{Application, Source};

/// Variables by name; `None` for those that only a cluster knows.
#[derive(Clone, Debug)]
pub(super) struct Environment(BTreeMap<&'static str, Option<String>>);

/// A text with its variables replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expanded {
    /// The text. Variables that are not known stand in it as they were written.
    pub(super) text: String,
    /// A variable that is not known.
    pub(super) unknown: Option<String>,
}

impl Environment {
    pub(super) fn of(application: &Application, source: &Source, instance: &str, revision: Option<&str>) -> Self {
        let text = |text: Option<&str>| Some(text.unwrap_or_default().to_owned());
        let short = |length| revision.map(|revision| revision.chars().take(length).collect());
        Self(BTreeMap::from([
            ("ARGOCD_APP_NAME", text(Some(instance))),
            ("ARGOCD_APP_NAMESPACE", text(application.destination.namespace())),
            ("ARGOCD_APP_PROJECT_NAME", text(Some(&application.project))),
            ("ARGOCD_APP_REVISION", revision.map(str::to_owned)),
            ("ARGOCD_APP_REVISION_SHORT", short(7)),
            ("ARGOCD_APP_REVISION_SHORT_8", short(8)),
            ("ARGOCD_APP_SOURCE_REPO_URL", text(Some(&source.repo_url))),
            ("ARGOCD_APP_SOURCE_PATH", text(source.path.as_ref().map(|(path, _)| path.as_str()))),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", text(source.target_revision.as_deref())),
        ]))
    }

    /// Replaces the variables of a text.
    pub(super) fn expand(&self, text: &str) -> Expanded {
        let mut expanded = Expanded { text: String::with_capacity(text.len()), unknown: None };
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, from) = rest.split_at(at);
            expanded.text.push_str(before);
            let (name, length) = name(&from[1..]);
            let (whole, after) = from.split_at(1 + length);
            rest = after;
            match (name, self.0.get(name)) {
                ("$", _) => expanded.text.push('$'),
                // A dollar sign that no name follows stays; `${` without an end is eaten.
                ("", _) => expanded.text.push_str(if length == 0 { "$" } else { "" }),
                (_, Some(Some(value))) => expanded.text.push_str(value),
                (_, Some(None)) => {
                    expanded.text.push_str(whole);
                    expanded.unknown = Some(name.to_owned());
                }
                (_, None) => {}
            }
        }
        expanded.text.push_str(rest);
        expanded
    }
}

/// The name of the variable behind a dollar sign, and how many bytes it takes with its braces.
fn name(rest: &str) -> (&str, usize) {
    let special = |c: char| matches!(c, '*' | '#' | '$' | '@' | '!' | '?' | '-') || c.is_ascii_digit();
    if let Some(inner) = rest.strip_prefix('{') {
        let first = inner.chars().next().filter(|first| special(*first));
        return match first {
            Some(_) if inner[1..].starts_with('}') => (&inner[..1], 3),
            _ => match inner.find('}') {
                Some(0) => ("", 2),
                Some(end) => (&inner[..end], end + 2),
                None => ("", 1),
            },
        };
    }
    if rest.starts_with(special) {
        return (&rest[..1], 1);
    }
    let end = rest.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    (&rest[..end], end)
}
