//! `treewright.lock`: which instances a repository has, what was answered, and the exact text that was written last time.
//!
//! Owns the file's format. Instances are sorted by name and each is one run of lines, so branches that add different ones rarely touch. Must not know how
//! instances are made or updated.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Map, Number, Value as Json};
use toml_edit::{Array, InlineTable, Item, Key, Table, Value};

use super::{Instance, manifest::Engine};
use crate::{path::RepoPath, text::Span};

/// The version of the format that is written.
const FORMAT: i64 = 1;

const HEAD: &str = "# Written by treewright. Review it like any lock file; do not edit it.\n";

/// The content of a lock file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// The instances, by name.
    pub instances: BTreeMap<String, Locked>,
}

/// What the lock file says about one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Locked {
    /// The blueprint.
    pub blueprint: String,
    /// Its version.
    pub version: String,
    /// The digest of its files.
    pub digest: String,
    /// The engine.
    pub engine: Engine,
    /// The directory of the instance.
    pub path: RepoPath,
    /// The directory that the cluster reconciles.
    pub root: RepoPath,
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
    /// A newer program wrote it.
    #[error("the lock file has format {found}; this program knows format {FORMAT}")]
    Newer {
        /// The format it has.
        found: i64,
    },
}

impl LockError {
    /// The way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Broken { .. } => {
                "take the file from the last commit in which it was whole: git checkout REVISION -- treewright.lock"
            }
            Self::Newer { .. } => "update treewright",
        }
    }
}

impl Locked {
    /// What the lock file shall say about an instance just rendered.
    pub fn of(instance: &Instance, blueprint: &super::Blueprint) -> Self {
        Self {
            blueprint: blueprint.manifest.name.name.clone(),
            version: blueprint.manifest.version.clone(),
            digest: blueprint.digest(),
            engine: instance.engine,
            path: instance.path.clone(),
            root: instance.root.clone(),
            answers: instance.answers.clone(),
            base: instance.files.clone(),
        }
    }
}

impl Lock {
    /// The path of the lock file in a repository.
    pub fn path() -> RepoPath {
        RepoPath::new("treewright.lock").unwrap_or_else(|_| RepoPath::root())
    }

    /// Reads a lock file.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let document = toml_edit::Document::parse(text).map_err(|error| LockError::Broken {
            span: error.span().map_or(Span::at(0), |range| Span::new(range.start, range.end)),
            message: error.message().trim().replace('\n', ", "),
        })?;
        let root = document.as_table();
        match root.get("format").and_then(Item::as_integer) {
            Some(FORMAT) => {}
            Some(found) => return Err(LockError::Newer { found }),
            None => return Err(broken(None, "the lock file does not say its `format`")),
        }
        let mut lock = Self::default();
        let Some(instances) = root.get("instance") else { return Ok(lock) };
        let Some(instances) = instances.as_table_like() else {
            return Err(broken(Some(instances), "`instance` is not a table"));
        };
        for (name, item) in instances.iter() {
            lock.instances.insert(name.to_owned(), locked(name, item)?);
        }
        Ok(lock)
    }

    /// The text of the lock file.
    pub fn print(&self) -> String {
        let mut text = format!("{HEAD}format = {FORMAT}\n");
        for (name, locked) in &self.instances {
            let name = key(name);
            let _ = write!(text, "\n[instance.{name}]\n");
            let fields = [
                ("blueprint", locked.blueprint.as_str()),
                ("version", &locked.version),
                ("digest", &locked.digest),
                ("engine", locked.engine.as_str()),
                ("path", locked.path.as_str()),
                ("root", locked.root.as_str()),
            ];
            for (field, value) in fields {
                let _ = writeln!(text, "{field} = {}", Value::from(value));
            }
            let _ = write!(text, "\n[instance.{name}.answers]\n");
            for (parameter, value) in &locked.answers {
                if let Some(value) = to_toml(value) {
                    let _ = writeln!(text, "{} = {}", key(parameter), value.to_string().trim());
                }
            }
            let _ = write!(text, "\n[instance.{name}.base]\n");
            for (path, content) in &locked.base {
                let _ = writeln!(text, "{} = {}", key(path.as_str()), long_text(content));
            }
        }
        text
    }
}

fn broken(item: Option<&Item>, message: impl Into<String>) -> LockError {
    let span = item.and_then(Item::span).map_or(Span::at(0), |range| Span::new(range.start, range.end));
    LockError::Broken { span, message: message.into() }
}

fn locked(name: &str, item: &Item) -> Result<Locked, LockError> {
    let table = item.as_table_like().ok_or_else(|| broken(Some(item), format!("`{name}` is not a table")))?;
    let text = |key: &str| {
        let value = table.get(key).and_then(Item::as_str).map(str::to_owned);
        value.ok_or_else(|| broken(Some(item), format!("the instance `{name}` lacks `{key}`")))
    };
    let path = |text: String| {
        RepoPath::new(&text).map_err(|error| broken(Some(item), format!("the instance `{name}`: {error}")))
    };
    let engine = text("engine")?;
    let engine = Engine::from_word(&engine).ok_or_else(|| broken(Some(item), format!("unknown engine `{engine}`")))?;
    let mut base = BTreeMap::new();
    for (file, content) in table.get("base").and_then(Item::as_table_like).into_iter().flat_map(|base| base.iter()) {
        let content = content.as_str().ok_or_else(|| broken(Some(content), format!("`{file}` is not a text")))?;
        base.insert(path(file.to_owned())?, content.to_owned());
    }
    let answers = table.get("answers").and_then(Item::as_table_like);
    let answers = answers.into_iter().flat_map(|answers| answers.iter());
    Ok(Locked {
        blueprint: text("blueprint")?,
        version: text("version")?,
        digest: text("digest")?,
        engine,
        path: path(text("path")?)?,
        root: path(text("root")?)?,
        answers: answers.map(|(name, item)| (name.to_owned(), from_item(item))).collect(),
        base,
    })
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
