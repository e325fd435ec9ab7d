//! From the text of `treewright.toml` to a [`Config`].
//!
//! Owns the table of settings; `schemas/treewright.schema.json` says the same to editors, and a test holds the two together. Must not know what settings do.

use std::collections::BTreeMap;

use smol_str::SmolStr;
use toml_edit::{Document, Item};

use super::{
    Argo, Config, External, Level, Lint, Name, Override, Setting, Version,
    table::{Fields, Result, fault, span},
};
use crate::{diagnostic::Diagnostic, path::RepoPath, source::SourceView, text::Span};

/// The name of the file, in the root of a repository.
pub const FILE: &str = "treewright.toml";

const SETTINGS: [&str; 8] =
    ["flux-version", "kubernetes-version", "roots", "archived", "external", "crds", "argo", "lint"];

/// The configuration of a view; the default where it has no file.
pub fn load(view: &dyn SourceView) -> std::result::Result<Config, Box<Diagnostic>> {
    let Ok(path) = RepoPath::new(FILE) else { return Ok(Config::default()) };
    let bytes = view.read_file(&path).map_err(|error| Box::new(fault(&path, Span::default(), error.to_string())))?;
    let Some(bytes) = bytes else { return Ok(Config::default()) };
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        let place = Span::at(error.valid_up_to());
        Box::new(fault(&path, place, "the configuration is not valid UTF-8"))
    })?;
    read(&path, text)
}

/// Reads the configuration in the file at `path`. Fails at the first fault, with its place.
pub fn read(path: &RepoPath, text: &str) -> std::result::Result<Config, Box<Diagnostic>> {
    let document = Document::parse(text).map_err(|error| {
        let span = error.span().map(|range| Span::new(range.start, range.end)).unwrap_or_default();
        Box::new(fault(path, span, format!("the configuration is not valid TOML: {}", error.message().trim())))
    })?;
    let fields = Fields::open(path, document.as_table(), "the configuration", &SETTINGS)?;
    let crds = fields.texts("crds")?.unwrap_or_default();
    Ok(Config {
        flux_version: version(&fields, "flux-version")?,
        kubernetes_version: version(&fields, "kubernetes-version")?,
        roots: fields.paths("roots")?,
        archived: fields.paths("archived")?,
        external: external(&fields)?,
        crds: crds.iter().map(|path| fields.repo_path(path)).collect::<Result<_>>()?,
        argo: argo(&fields)?,
        lint: lint(&fields)?,
    })
}

fn version(fields: &Fields<'_>, key: &str) -> Result<Option<Version>> {
    let Some(text) = fields.text(key)? else { return Ok(None) };
    let numbers: Option<Vec<u32>> =
        text.text.trim_start_matches('v').split('.').map(|part| part.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| (2..=3).contains(&numbers.len())).ok_or_else(|| {
        let fault = fields.fault(text.span, format!("`{}` is no version", text.text));
        Box::new(fault.with_help("write it as \"2.8\" or \"2.8.1\""))
    })?;
    Ok(Some(Version(numbers)))
}

fn external(fields: &Fields<'_>) -> Result<Vec<External>> {
    let tables = fields.tables("external", &["kind", "namespace", "name", "keys"])?;
    let one = |fields: &Fields<'_>| {
        let texts = |names: Vec<Name>| names.into_iter().map(|name| name.text).collect();
        Ok(External {
            kind: fields.required("kind")?.text,
            namespace: fields.text("namespace")?.map(|name| name.text),
            name: fields.required("name")?.text,
            keys: fields.texts("keys")?.map(texts),
        })
    };
    tables.iter().map(one).collect()
}

fn argo(fields: &Fields<'_>) -> Result<Argo> {
    let Some(fields) = fields.table("argo", &["inventory", "recorded", "repositories"])? else {
        return Ok(Argo::default());
    };
    let repositories = fields.texts("repositories")?.unwrap_or_default();
    Ok(Argo {
        inventory: fields.path("inventory")?,
        recorded: fields.path("recorded")?,
        repositories: repositories.into_iter().map(|name| name.text).collect(),
    })
}

fn lint(fields: &Fields<'_>) -> Result<Lint> {
    const KNOWN: [&str; 8] = ["select", "extend", "ignore", "fail-on", "baseline", "levels", "overrides", "rules"];
    let Some(fields) = fields.table("lint", &KNOWN)? else { return Ok(Lint::default()) };
    let overrides = fields.tables("overrides", &["paths", "ignore", "levels"])?;
    let one = |fields: &Fields<'_>| {
        Ok(Override {
            paths: fields.paths("paths")?,
            ignore: fields.texts("ignore")?.unwrap_or_default(),
            levels: levels(fields)?,
        })
    };
    Ok(Lint {
        select: fields.texts("select")?.unwrap_or_default(),
        extend: fields.texts("extend")?.unwrap_or_default(),
        ignore: fields.texts("ignore")?.unwrap_or_default(),
        fail_on: fields.level("fail-on")?,
        baseline: fields.path("baseline")?,
        levels: levels(&fields)?,
        overrides: overrides.iter().map(one).collect::<Result<_>>()?,
        options: options(&fields)?,
    })
}

fn levels(fields: &Fields<'_>) -> Result<Vec<(Name, Level)>> {
    let entries = fields.entries("levels")?.into_iter();
    let level = |(name, item): (Name, &Item)| {
        let level = fields.as_level(item, &name.text)?;
        Ok((name, level))
    };
    entries.map(level).collect()
}

fn options(fields: &Fields<'_>) -> Result<Vec<(Name, BTreeMap<SmolStr, Setting>)>> {
    let mut all = Vec::new();
    for (rule, item) in fields.entries("rules")? {
        let table = item.as_table_like().ok_or_else(|| fields.wrong(item, &rule.text, "a table of options"))?;
        let mut options = BTreeMap::new();
        for (key, item) in table.iter() {
            let setting = setting(item).ok_or_else(|| {
                let message = format!("`{key}` must be a boolean, an integer, a text or a list of texts");
                Box::new(fields.fault(span(item), message))
            })?;
            options.insert(key.into(), setting);
        }
        all.push((rule, options));
    }
    Ok(all)
}

fn setting(item: &Item) -> Option<Setting> {
    if let Some(array) = item.as_array() {
        let texts: Option<Vec<SmolStr>> = array.iter().map(|value| value.as_str().map(SmolStr::from)).collect();
        return texts.map(Setting::Texts);
    }
    let bool = item.as_bool().map(Setting::Bool);
    let integer = || item.as_integer().map(Setting::Integer);
    bool.or_else(integer).or_else(|| item.as_str().map(|text| Setting::Text(text.into())))
}
