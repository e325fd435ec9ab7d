//! How far an Application or ApplicationSet reaches, without expanding it: which directories it may apply, and into which namespace.
//!
//! A part of a template in `{{ }}` stands for anything. Must not know which directories exist.

use smol_str::SmolStr;

use super::{GROUP, application_spec, sources};
use crate::{manifest::ObjectId, path::RepoPath, yaml::Value};

/// An Application, or the template of an ApplicationSet.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Its identity, or that of its ApplicationSet.
    pub id: ObjectId,
    /// `destination.namespace`, maybe with parts in `{{ }}`.
    pub namespace: Option<SmolStr>,
    /// Whether Argo CD makes that namespace: `CreateNamespace=true` among the sync options.
    pub creates_namespace: bool,
    /// The paths of its sources, with `*` for what is not known.
    paths: Vec<String>,
    /// The paths of sources that are applied as plain directories, whatever lies in them.
    plain: Vec<String>,
}

impl Reach {
    /// Reads an Application or ApplicationSet; `None` for other objects.
    pub fn of(id: &ObjectId, value: &Value) -> Option<Self> {
        let spec = application_spec(id, value)?;
        let globs = if id.is(GROUP, "ApplicationSet") { generator_globs(value) } else { Vec::new() };
        let (mut paths, mut plain) = (Vec::new(), Vec::new());
        for source in sources(spec) {
            let Some(path) = text(source.get("path")) else { continue };
            let pattern = pattern(path);
            let found = if pattern == "*" { globs.clone() } else { vec![pattern] };
            if source.get("directory").is_some() {
                plain.extend(found.iter().cloned());
            }
            paths.extend(found);
        }
        let options = spec.pointer(&["syncPolicy", "syncOptions"]).and_then(Value::as_sequence).unwrap_or_default();
        let creates = |option: &Value| text(Some(option)).is_some_and(|option| option == "CreateNamespace=true");
        Some(Self {
            id: id.clone(),
            namespace: text(spec.pointer(&["destination", "namespace"])).map(SmolStr::from),
            creates_namespace: options.iter().any(creates),
            paths,
            plain,
        })
    }

    /// Whether the Application may apply this directory.
    pub fn applies(&self, directory: &RepoPath) -> bool {
        self.paths.iter().any(|pattern| matches(pattern, directory))
    }

    /// Whether the Application applies the files of this directory one by one, even where a kustomization lies.
    pub fn applies_plainly(&self, directory: &RepoPath) -> bool {
        self.plain.iter().any(|pattern| matches(pattern, directory))
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_scalar().map(|scalar| scalar.text.as_str())
}

/// The patterns of directories and files in the Git generators of an ApplicationSet, those inside of other generators among them.
fn generator_globs(set: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending: Vec<&Value> = set.pointer(&["spec", "generators"]).into_iter().collect();
    while let Some(generators) = pending.pop() {
        for generator in generators.as_sequence().unwrap_or_default() {
            pending.extend(["matrix", "merge"].iter().filter_map(|kind| generator.pointer(&[kind, "generators"])));
            for item in generator.pointer(&["git", "directories"]).and_then(Value::as_sequence).unwrap_or_default() {
                found.extend(text(item.get("path")).map(pattern));
            }
        }
    }
    found
}

/// A path with `*` in the place of each part in `{{ }}`.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    let mut rest = path;
    while let Some((before, inside)) = rest.split_once("{{") {
        pattern.push_str(before);
        pattern.push('*');
        rest = inside.split_once("}}").map_or("", |(_, after)| after);
    }
    pattern.push_str(rest);
    pattern.trim_start_matches("./").trim_matches('/').to_owned()
}

/// Whether a directory fits a pattern, in which `*` stands for any part of one name.
fn matches(pattern: &str, directory: &RepoPath) -> bool {
    let wanted: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let names: Vec<&str> = directory.components().collect();
    wanted.len() == names.len() && wanted.iter().zip(names).all(|(wanted, name)| matches_name(wanted, name))
}

fn matches_name(pattern: &str, name: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(head) else { return false };
    while let Some((middle, after)) = rest.split_once('*') {
        let Some(at) = name.find(middle) else { return false };
        name = &name[at + middle.len()..];
        rest = after;
    }
    name.ends_with(rest)
}
