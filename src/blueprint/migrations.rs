//! Checks what a blueprint says in `migrations`: that it can be applied, and that it leads to what the blueprint has now.
//!
//! Must not know instances; [`super::update`] applies migrations.

use super::{
    Blueprint,
    manifest::{Change, Parameter},
    parameters::asked,
};
use crate::{helm::Version, path::RepoPath, text::Span, yaml::Route};

/// The faults of the migrations of a blueprint, each with its place.
pub(super) fn faults(blueprint: &Blueprint) -> Vec<(Span, String)> {
    let manifest = &blueprint.manifest;
    if manifest.migrations.is_empty() {
        return Vec::new();
    }
    let mut parameters = asked(blueprint, None);
    for engine in &manifest.engines {
        parameters.extend(asked(blueprint, Some(*engine)));
    }
    let own = Version::parse(&manifest.version);
    let mut faults = Vec::new();
    for migration in &manifest.migrations {
        let mut say = |message: String| faults.push((migration.span, message));
        if Version::parse(&migration.to).is_some_and(|to| own.as_ref().is_some_and(|own| to > *own)) {
            say(format!("the migration leads to {}, which comes after {}", migration.to, manifest.version));
        }
        // What an older version did may have been undone since.
        let is_last = migration.to == manifest.version;
        match &migration.change {
            Change::RenameParameter(_) | Change::SetIfDefault(_) if !is_last => {}
            Change::RenameParameter(names) => {
                for (old, new) in names {
                    if !is_asked(&parameters, new) {
                        say(format!("there is no parameter `{new}` that `{old}` could be called now"));
                    }
                    if is_asked(&parameters, old) {
                        say(format!("the parameter `{old}` is still there, so it has no other name"));
                    }
                }
            }
            Change::SetIfDefault(defaults) => {
                let unknown = defaults.iter().filter(|(parameter, _)| !is_asked(&parameters, parameter));
                unknown.for_each(|(parameter, _)| say(format!("there is no parameter `{parameter}`")));
            }
            Change::RenameFile(names) => {
                let paths = names.iter().flat_map(|(old, new)| [old, new]);
                paths
                    .filter(|path| !is_path(path))
                    .for_each(|path| say(format!("`{path}` is no path of a file of an instance")));
            }
            Change::RemoveFile(path) if !is_path(path) => say(format!("`{path}` is no path of a file of an instance")),
            Change::RemoveFile(_) => {}
            Change::RenameKey { file, from, to } => {
                if !is_path(file) {
                    say(format!("`{file}` is no path of a file of an instance"));
                }
                for route in [from, to] {
                    if route.parse::<Route>().is_err() || !route.starts_with('/') {
                        say(format!("`{route}` is no route to a key, such as `/spec/values/hub`"));
                    }
                }
            }
        }
    }
    faults
}

fn is_path(path: &str) -> bool {
    !path.split('/').any(|part| part == "..") && RepoPath::new(path).is_ok_and(|path| !path.is_root())
}

/// Whether something is asked at a path such as `alias.parameter.property`.
fn is_asked(parameters: &[Parameter], path: &str) -> bool {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    parameters.iter().filter(|parameter| parameter.id.name == first).any(|parameter| match rest {
        None => true,
        // An object that says nothing of its properties may have any.
        Some(rest) => parameter.properties.is_empty() || is_asked(&parameter.properties, rest),
    })
}
