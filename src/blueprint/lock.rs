//! `treewright.lock`: what was answered for an instance, and the exact text that the blueprint wrote last time.
//!
//! Owns the file's format. The file lies beside the files of its instance, so it moves with them and goes with them, branches that add different instances touch different files,
//! and a review shows the lock next to what it is about. Must not know how instances are made or updated.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Map, Number, Value as Json};
use toml_edit::{Array, InlineTable, Item, Key, Table, Value};

use super::{Instance, layout::Layout, manifest::Engine};
use crate::{
    path::RepoPath,
    source::{SourceError, SourceView},
    text::{SourceText, Span},
};

/// The version of the format that is written and read.
const FORMAT: i64 = 2;

const HEAD: &str = "# Written by treewright. Review it like any lock file; do not edit it.\n";

const NAME: &str = "treewright.lock";

/// All instances of a repository.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locks {
    /// The instances, by name.
    pub instances: BTreeMap<String, Locked>,
}

/// What a lock file says about its instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Locked {
    /// The name of the instance.
    pub name: String,
    /// The blueprint.
    pub blueprint: String,
    /// Its version.
    pub version: String,
    /// The digest of its files.
    pub digest: String,
    /// The engine.
    pub engine: Engine,
    /// The directory of the instance, which is where the lock file lies; with several clusters that of what they share.
    pub path: RepoPath,
    /// The directory that the cluster reconciles.
    pub root: RepoPath,
    /// The clusters, if they are several.
    pub clusters: Vec<String>,
    /// The answers that were given; defaults are not among them, so a new version can change them.
    pub answers: Map<String, Json>,
    /// What the blueprint wrote, by path inside of the instance: the third side of every merge.
    pub base: BTreeMap<RepoPath, String>,
}

/// Why a lock file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It is no TOML, or lacks something.
    #[error("{message}")]
    Broken {
        /// The bytes to blame.
        span: Span,
        /// One sentence.
        message: String,
    },
    /// Another version of the program wrote it.
    #[error("the lock file has format {found}; this program knows format {FORMAT}")]
    Format {
        /// The format it has.
        found: i64,
    },
    /// Two instances have one name.
    #[error("the instance `{name}` is in {other}, too")]
    Twice {
        /// The name.
        name: String,
        /// The other directory.
        other: RepoPath,
    },
}

impl LockError {
    /// The way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Broken { .. } => {
                "take the file from the last commit in which it was whole: git checkout REVISION -- PATH/treewright.lock"
            }
            Self::Format { found } if *found < FORMAT => {
                "it was written before the first release: remove it, and take its instances in again with `treewright adopt`"
            }
            Self::Format { .. } => "update treewright",
            Self::Twice { .. } => {
                "a copied directory is no instance yet: remove its lock file and run `treewright adopt` there"
            }
        }
    }
}

/// A lock file that cannot be used, or a view that does not answer.
#[derive(Debug, thiserror::Error)]
pub enum LocksError {
    /// The lock file cannot be used.
    #[error("{path}: {error}")]
    Lock {
        /// The lock file.
        path: RepoPath,
        /// Why.
        error: LockError,
        /// Its text.
        text: SourceText,
    },
    /// The view does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl Locks {
    /// Reads all lock files of a repository.
    pub fn read(view: &dyn SourceView) -> Result<Self, LocksError> {
        let mut locks = Self::default();
        for entry in view.list()? {
            let path = entry.path;
            if !entry.kind.is_file() || path.file_name() != NAME {
                continue;
            }
            let Some(bytes) = view.read(&path)? else { continue };
            let text = SourceText::new(String::from_utf8_lossy(&bytes).into_owned());
            let directory = path.parent().unwrap_or_else(RepoPath::root);
            let locked = Locked::parse(text.as_str(), &directory);
            let locked = locked.and_then(|locked| match locks.instances.get(&locked.name) {
                Some(other) => Err(LockError::Twice { name: locked.name.clone(), other: other.path.clone() }),
                None => Ok(locked),
            });
            match locked {
                Ok(locked) => drop(locks.instances.insert(locked.name.clone(), locked)),
                Err(error) => return Err(LocksError::Lock { path, error, text }),
            }
        }
        Ok(locks)
    }
}

impl Locked {
    /// What the lock file shall say about an instance just rendered.
    pub fn of(instance: &Instance, blueprint: &super::Blueprint) -> Self {
        Self {
            name: instance.name.clone(),
            blueprint: blueprint.manifest.name.name.clone(),
            version: blueprint.manifest.version.clone(),
            digest: blueprint.digest(),
            engine: instance.engine,
            path: instance.path.clone(),
            root: instance.root.clone(),
            clusters: instance.clusters.clone(),
            answers: instance.answers.clone(),
            base: instance.files.clone(),
        }
    }

    /// Where the files of the instance lie.
    pub fn layout(&self) -> Layout {
        Layout { path: self.path.clone(), root: self.root.clone(), clusters: self.clusters.clone() }
    }

    /// The path of the lock file of an instance in a directory.
    pub fn path_in(directory: &RepoPath) -> RepoPath {
        directory.join(NAME).unwrap_or_else(|_| directory.clone())
    }

    /// Reads the lock file of a directory.
    pub fn parse(text: &str, directory: &RepoPath) -> Result<Self, LockError> {
        let document = toml_edit::Document::parse(text).map_err(|error| LockError::Broken {
            span: error.span().map_or(Span::at(0), |range| Span::new(range.start, range.end)),
            message: error.message().trim().replace('\n', ", "),
        })?;
        let root = document.as_table();
        match root.get("format").and_then(Item::as_integer) {
            Some(FORMAT) => locked(root, directory),
            Some(found) => Err(LockError::Format { found }),
            None => Err(broken(None, "the lock file does not say its `format`")),
        }
    }

    /// The text of the lock file.
    pub fn print(&self) -> String {
        let mut text = format!("{HEAD}format = {FORMAT}\n\n");
        let fields = [
            ("instance", self.name.as_str()),
            ("blueprint", &self.blueprint),
            ("version", &self.version),
            ("digest", &self.digest),
            ("engine", self.engine.as_str()),
            ("root", self.root.as_str()),
        ];
        for (field, value) in fields {
            let _ = writeln!(text, "{field} = {}", Value::from(value));
        }
        if !self.clusters.is_empty() {
            let _ = writeln!(text, "clusters = {}", self.clusters.iter().collect::<Array>());
        }
        text.push_str("\n[answers]\n");
        for (parameter, value) in &self.answers {
            if let Some(value) = to_toml(value) {
                let _ = writeln!(text, "{} = {}", key(parameter), value.to_string().trim());
            }
        }
        text.push_str("\n[base]\n");
        for (path, content) in &self.base {
            let _ = writeln!(text, "{} = {}", key(path.as_str()), long_text(content));
        }
        text
    }
}

fn broken(item: Option<&Item>, message: impl Into<String>) -> LockError {
    let span = item.and_then(Item::span).map_or(Span::at(0), |range| Span::new(range.start, range.end));
    LockError::Broken { span, message: message.into() }
}

fn locked(table: &Table, directory: &RepoPath) -> Result<Locked, LockError> {
    let text = |key: &str| {
        let item = table.get(key);
        let value = item.and_then(Item::as_str).map(str::to_owned);
        value.ok_or_else(|| broken(item, format!("the lock file lacks `{key}`")))
    };
    let path = |text: &str, item: Option<&Item>| RepoPath::new(text).map_err(|error| broken(item, error.to_string()));
    let engine = text("engine")?;
    let engine =
        Engine::from_word(&engine).ok_or_else(|| broken(table.get("engine"), format!("unknown engine `{engine}`")))?;
    let entries = |key: &str| table.get(key).and_then(Item::as_table_like).into_iter().flat_map(|table| table.iter());
    let mut base = BTreeMap::new();
    for (file, content) in entries("base") {
        let text = content.as_str().ok_or_else(|| broken(Some(content), format!("`{file}` is not a text")))?;
        base.insert(path(file, Some(content))?, text.to_owned());
    }
    Ok(Locked {
        name: text("instance")?,
        blueprint: text("blueprint")?,
        version: text("version")?,
        digest: text("digest")?,
        engine,
        path: directory.clone(),
        root: path(&text("root")?, table.get("root"))?,
        clusters: clusters(table)?,
        answers: entries("answers").map(|(name, item)| (name.to_owned(), from_item(item))).collect(),
        base,
    })
}

fn clusters(table: &Table) -> Result<Vec<String>, LockError> {
    let Some(item) = table.get("clusters") else { return Ok(Vec::new()) };
    let names = item.as_array().and_then(|names| names.iter().map(|name| name.as_str().map(str::to_owned)).collect());
    names.ok_or_else(|| broken(Some(item), "`clusters` is a list of names"))
}

fn key(name: &str) -> String {
    Key::new(name).to_string()
}

/// A text of many lines as it is, where TOML can hold it so.
fn long_text(text: &str) -> String {
    let plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    if plain && !text.contains("'''") && !text.ends_with('\'') {
        format!("'''\n{text}'''")
    } else {
        Value::from(text).to_string()
    }
}

/// A JSON value as TOML, which has no null: what is null is left out.
fn to_toml(value: &Json) -> Option<Value> {
    Some(match value {
        Json::Null => return None,
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match number.as_i64() {
            Some(number) => Value::from(number),
            None => Value::from(number.as_f64()?),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::Array(items.iter().filter_map(to_toml).collect::<Array>()),
        Json::Object(entries) => {
            let entries = entries.iter().filter_map(|(key, value)| Some((Key::new(key), to_toml(value)?)));
            Value::InlineTable(entries.collect::<InlineTable>())
        }
    })
}

fn from_item(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => from_toml(value),
        Item::Table(table) => from_table(table),
        Item::ArrayOfTables(tables) => Json::Array(tables.iter().map(from_table).collect()),
    }
}

fn from_table(table: &Table) -> Json {
    Json::Object(table.iter().map(|(key, item)| (key.to_owned(), from_item(item))).collect())
}

fn from_toml(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.value().as_str()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Number::from_f64(*number.value()).map_or(Json::Null, Json::Number),
        Value::Boolean(value) => Json::from(*value.value()),
        Value::Datetime(date) => Json::from(date.value().to_string()),
        Value::Array(items) => Json::Array(items.iter().map(from_toml).collect()),
        Value::InlineTable(table) => {
            Json::Object(table.iter().map(|(key, value)| (key.to_owned(), from_toml(value))).collect())
        }
    }
}
