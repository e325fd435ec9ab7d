//! Reading typed values out of a TOML table, with the place of each fault.
//!
//! Must not know what can be set.

use smol_str::SmolStr;
use toml_edit::{Item, TableLike, Value};

use super::{Level, Name, Paths};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::{PathError, RepoPath},
    text::{Span, nearest},
};

/// The name under which faults of the configuration are reported.
const RULE: &str = "config";

pub(super) type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// A table whose keys are known.
pub(super) struct Fields<'t> {
    file: &'t RepoPath,
    table: &'t dyn TableLike,
    /// What it is called in messages: `[lint]`.
    name: String,
}

impl<'t> Fields<'t> {
    /// Opens a table and refuses keys that it does not know.
    pub(super) fn open(
        file: &'t RepoPath,
        table: &'t dyn TableLike,
        name: impl Into<String>,
        known: &[&str],
    ) -> Result<Self> {
        let fields = Self { file, table, name: name.into() };
        if let Some((key, item)) = table.iter().find(|(key, _)| !known.contains(key)) {
            return Err(fields.unknown(key, item, known));
        }
        Ok(fields)
    }

    fn unknown(&self, key: &str, item: &Item, known: &[&str]) -> Box<Diagnostic> {
        let span = self.key_span(key).unwrap_or_else(|| span(item));
        let fault = self.fault(span, format!("there is no setting `{key}` in {}", self.name));
        Box::new(match nearest(key, known.iter().copied()) {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault.with_help(format!("these are known: {}", known.join(", "))),
        })
    }

    fn key_span(&self, key: &str) -> Option<Span> {
        self.table.key(key)?.span().map(|range| Span::new(range.start, range.end))
    }

    fn get(&self, key: &str) -> Option<&'t Item> {
        self.table.get(key).filter(|item| !item.is_none())
    }

    /// The entries of a table whose keys are free.
    pub(super) fn entries(&self, key: &str) -> Result<Vec<(Name, &'t Item)>> {
        let Some(item) = self.get(key) else { return Ok(Vec::new()) };
        let table = item.as_table_like().ok_or_else(|| self.wrong(item, key, "a table"))?;
        let name = |name: &str| {
            let range = table.key(name).and_then(toml_edit::Key::span).unwrap_or_default();
            Name { text: name.into(), span: Span::new(range.start, range.end) }
        };
        Ok(table.iter().map(|(key, item)| (name(key), item)).collect())
    }

    /// A table below this one.
    pub(super) fn table(&self, key: &str, known: &[&str]) -> Result<Option<Fields<'t>>> {
        let Some(item) = self.get(key) else { return Ok(None) };
        let table = item.as_table_like().ok_or_else(|| self.wrong(item, key, "a table"))?;
        Fields::open(self.file, table, format!("[{key}]"), known).map(Some)
    }

    /// Several tables, written as `[[key]]` or as a list of inline tables.
    pub(super) fn tables(&self, key: &str, known: &[&str]) -> Result<Vec<Fields<'t>>> {
        let Some(item) = self.get(key) else { return Ok(Vec::new()) };
        let open = |table| Fields::open(self.file, table, format!("[[{key}]]"), known);
        if let Some(tables) = item.as_array_of_tables() {
            return tables.iter().map(|table| open(table)).collect();
        }
        let array = item.as_array().ok_or_else(|| self.wrong(item, key, "a list of tables"))?;
        let table = |value: &'t Value| {
            let table = value.as_inline_table();
            let wrong = || self.wrong_at(value_span(value), key, "a list of tables", value.type_name());
            open(table.ok_or_else(wrong)?)
        };
        array.iter().map(table).collect()
    }

    /// A text and its place.
    pub(super) fn text(&self, key: &str) -> Result<Option<Name>> {
        let Some(item) = self.get(key) else { return Ok(None) };
        let text = item.as_str().ok_or_else(|| self.wrong(item, key, "a text"))?;
        Ok(Some(Name { text: text.into(), span: span(item) }))
    }

    /// A text that must be there.
    pub(super) fn required(&self, key: &str) -> Result<Name> {
        self.text(key)?.ok_or_else(|| {
            let place = self.table.iter().find_map(|(key, _)| self.key_span(key)).unwrap_or_default();
            Box::new(fault(self.file, place, format!("`{key}` is missing in {}", self.name)))
        })
    }

    /// A list of texts with their places.
    pub(super) fn texts(&self, key: &str) -> Result<Option<Vec<Name>>> {
        let Some(item) = self.get(key) else { return Ok(None) };
        let array = item.as_array().ok_or_else(|| self.wrong(item, key, "a list of texts"))?;
        let text = |value: &Value| {
            let span = value_span(value);
            let wrong = || self.wrong_at(span, key, "a list of texts", value.type_name());
            Ok(Name { text: value.as_str().ok_or_else(wrong)?.into(), span })
        };
        array.iter().map(text).collect::<Result<_>>().map(Some)
    }

    /// Patterns of paths.
    pub(super) fn paths(&self, key: &str) -> Result<Paths> {
        let texts = self.texts(key)?.unwrap_or_default();
        Paths::new(texts.iter().map(|text| text.text.as_str())).map_err(|(index, message)| {
            let place = texts.get(index).map_or(Span::default(), |text| text.span);
            Box::new(fault(self.file, place, format!("no pattern of paths: {message}")))
        })
    }

    /// A path in the repository.
    pub(super) fn path(&self, key: &str) -> Result<Option<RepoPath>> {
        self.text(key)?.map(|text| self.repo_path(&text)).transpose()
    }

    pub(super) fn repo_path(&self, text: &Name) -> Result<RepoPath> {
        let refuse = |error: PathError| Box::new(fault(self.file, text.span, error.to_string()));
        RepoPath::new(text.text.as_str()).map_err(refuse)
    }

    /// A level.
    pub(super) fn level(&self, key: &str) -> Result<Option<Level>> {
        self.get(key).map(|item| self.as_level(item, key)).transpose()
    }

    pub(super) fn as_level(&self, item: &Item, key: &str) -> Result<Level> {
        match item.as_str() {
            Some("off") => Ok(Level::Off),
            Some("info") => Ok(Level::Info),
            Some("warning") => Ok(Level::Warning),
            Some("error") => Ok(Level::Error),
            Some(text) => {
                let fault = fault(self.file, span(item), format!("`{text}` is no level"));
                Err(Box::new(fault.with_help("levels are off, info, warning and error")))
            }
            None => Err(self.wrong(item, key, "a level")),
        }
    }

    pub(super) fn wrong(&self, item: &Item, key: &str, wanted: &str) -> Box<Diagnostic> {
        self.wrong_at(span(item), key, wanted, item.type_name())
    }

    fn wrong_at(&self, span: Span, key: &str, wanted: &str, found: &str) -> Box<Diagnostic> {
        let found: SmolStr = match found {
            "string" => "a text".into(),
            "integer" => "an integer".into(),
            "boolean" => "a boolean".into(),
            "array" | "array of tables" => "a list".into(),
            other => format!("a {other}").into(),
        };
        Box::new(fault(self.file, span, format!("`{key}` must be {wanted}, not {found}")))
    }

    /// A fault at a place of the file.
    pub(super) fn fault(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        fault(self.file, span, message)
    }
}

pub(super) fn fault(file: &RepoPath, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(RULE, Severity::Error, message, Label::new(file, span, ""))
}

pub(super) fn span(item: &Item) -> Span {
    item.span().map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}

fn value_span(value: &Value) -> Span {
    value.span().map(|range| Span::new(range.start, range.end)).unwrap_or_default()
}
