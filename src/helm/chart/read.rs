//! Reading charts, as Helm's loader does.
//!
//! Must not know what becomes of the values.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value as Json;

use super::{CHART_FILE, Chart, ChartError, Metadata, NumberOf, SCHEMA_FILE, VALUES_FILE, ValuesSchema};
use crate::{
    helm::archive::{self, ChartFile, MAX_CHART_FILE_BYTES},
    path::RepoPath,
    schema,
    source::{EntryKind, SourceView},
    text::SourceText,
    yaml::{Content, FileId, Origin, Stream, Value},
};

/// Charts inside of charts; in practice they end at three.
const MAX_CHART_DEPTH: usize = 16;

impl Chart {
    /// Reads the chart in a folder of a view. Values carry origins in the files that `number_of` knows.
    pub fn from_folder(view: &dyn SourceView, folder: &RepoPath, number_of: NumberOf<'_>) -> Result<Self, ChartError> {
        let files = folder_files(view, folder, &|path| !is_below(path, "templates"))?;
        let outer = |path: &RepoPath| folder.join(path.as_str()).ok().and_then(|path| number_of(&path));
        read(files, &outer, 0)
    }

    /// Reads a chart of its files.
    pub(in crate::helm) fn from_files(files: Vec<ChartFile>) -> Result<Self, ChartError> {
        read(files, &|_| None, 0)
    }

    /// Reads a chart archive.
    pub fn from_archive(bytes: &[u8]) -> Result<Self, ChartError> {
        read(archive::unpack(bytes)?, &|_| None, 0)
    }
}

/// The regular files of a chart's folder that are asked for, by their paths in the folder. Links that lead to files within the view are followed.
pub(in crate::helm) fn folder_files(
    view: &dyn SourceView,
    folder: &RepoPath,
    wanted: &dyn Fn(&RepoPath) -> bool,
) -> Result<Vec<ChartFile>, ChartError> {
    let failed = |error: crate::source::SourceError| ChartError::Source(error.to_string());
    let mut files = Vec::new();
    let mut open = vec![RepoPath::root()];
    while let Some(inner) = open.pop() {
        let directory = folder.join(inner.as_str()).unwrap_or_else(|_| folder.clone());
        for child in view.children(&directory).map_err(failed)? {
            let Ok(path) = inner.join(child.path.file_name()) else { continue };
            if !wanted(&path) || path.components().count() > 8 * MAX_CHART_DEPTH {
                continue;
            }
            let kind = view.resolve(&child.path).map_err(failed)?.map(|found| found.kind);
            match kind {
                Some(EntryKind::Directory) if child.kind == EntryKind::Directory => open.push(path),
                Some(EntryKind::File | EntryKind::Executable) => {
                    let content = view.read_file(&child.path).map_err(failed)?.unwrap_or_default();
                    if content.len() as u64 > MAX_CHART_FILE_BYTES {
                        return Err(archive::ArchiveError::FileTooLarge(path.to_string()).into());
                    }
                    files.push((path, archive::without_bom(content)));
                }
                _ => {}
            }
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(files)
}

fn is_below(path: &RepoPath, folder: &str) -> bool {
    path.components().next() == Some(folder)
}

/// Makes a chart of its files.
fn read(files: Vec<ChartFile>, number_of: NumberOf<'_>, depth: usize) -> Result<Chart, ChartError> {
    if depth > MAX_CHART_DEPTH {
        return Err(ChartError::TooDeep(MAX_CHART_DEPTH));
    }
    let mut metadata = None;
    let mut requirements = None;
    let mut values = Value::mapping();
    let (mut schema, mut crds, mut values_files) = (None, Vec::new(), Vec::new());
    let mut inner: BTreeMap<String, Vec<ChartFile>> = BTreeMap::new();
    for (path, content) in files {
        match path.as_str() {
            CHART_FILE => metadata = Some(read_metadata(&path, &content)?),
            "requirements.yaml" => requirements = Some(read_metadata(&path, &content)?),
            VALUES_FILE => values = read_values(&path, &content, number_of(&path))?,
            SCHEMA_FILE => schema = Some(Arc::new(ValuesSchema::new(read_schema(&path, &content)?))),
            _ if is_below(&path, "templates") => {}
            _ if is_below(&path, "crds") => crds.push((path, content)),
            text if is_below(&path, "charts") => {
                let (name, _) = text["charts/".len()..].split_once('/').unwrap_or((&text["charts/".len()..], ""));
                inner.entry(name.to_owned()).or_default().push((path.clone(), content));
            }
            // Whether it holds values only counts when a release names it.
            _ if matches!(path.extension(), Some("yaml" | "yml")) => {
                values_files.extend(read_values(&path, &content, number_of(&path)).ok().map(|values| (path, values)));
            }
            _ => {}
        }
    }
    let mut metadata: Metadata = metadata.ok_or(ChartError::NoChart)?;
    if let Some(dependencies) = requirements.and_then(|requirements: Metadata| requirements.dependencies) {
        metadata.dependencies = Some(dependencies);
    }
    let mut charts = Vec::new();
    for (name, files) in inner {
        charts.extend(read_inner(&name, files, number_of, depth)?.map(Arc::new));
    }
    charts.sort_by(|a, b| (a.name(), &a.metadata.version).cmp(&(b.name(), &b.metadata.version)));
    Ok(Chart { metadata, values, schema, charts, crds, values_files })
}

/// Reads what lies under one name in `charts/`; `None` if that is no chart.
fn read_inner(
    name: &str,
    files: Vec<ChartFile>,
    number_of: NumberOf<'_>,
    depth: usize,
) -> Result<Option<Chart>, ChartError> {
    let place = |error| match error {
        ChartError::File { file, reason } => ChartError::File { file: format!("charts/{name}/{file}"), reason },
        other => ChartError::File { file: format!("charts/{name}"), reason: other.to_string() },
    };
    if name.starts_with(['_', '.']) {
        return Ok(None);
    }
    let prefix = format!("charts/{name}/");
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match (extension, &files[..]) {
        ("prov", _) => Ok(None),
        ("tgz", [(path, content)]) if !path.as_str().starts_with(&prefix) => {
            let files = archive::unpack(content).map_err(|error| place(error.into()))?;
            read(files, &|_| None, depth + 1).map_err(place).map(Some)
        }
        _ => {
            let inside = |(path, content): ChartFile| {
                let inner = RepoPath::new(path.as_str().strip_prefix(&prefix)?).ok()?;
                Some((inner, content))
            };
            let files: Vec<ChartFile> = files.into_iter().filter_map(inside).collect();
            // A file beside the charts, such as a README.
            if files.is_empty() {
                return Ok(None);
            }
            let outer = |path: &RepoPath| number_of(&RepoPath::new(&format!("{prefix}{path}")).ok()?);
            read(files, &outer, depth + 1).map_err(place).map(Some)
        }
    }
}

fn parse(path: &RepoPath, content: &[u8]) -> Result<Stream, ChartError> {
    let text = std::str::from_utf8(content).map_err(|_| ChartError::file(path, "it is not valid UTF-8"))?;
    Stream::parse(SourceText::new(text)).map_err(|error| {
        let line = SourceText::new(text).position(error.span.start).line;
        ChartError::file(path, format!("line {line}: {error}"))
    })
}

fn read_metadata(path: &RepoPath, content: &[u8]) -> Result<Metadata, ChartError> {
    let stream = parse(path, content)?;
    let Some(document) = stream.documents().next() else { return Ok(Metadata::default()) };
    let json = schema::to_json(document.root()).map_err(|error| ChartError::file(path, error))?;
    if json.is_null() {
        return Ok(Metadata::default());
    }
    serde_json::from_value(json).map_err(|error| ChartError::file(path, error))
}

/// Reads a file of values: one mapping, or nothing.
fn read_values(path: &RepoPath, content: &[u8], file: Option<FileId>) -> Result<Value, ChartError> {
    let stream = parse(path, content)?;
    let Some(document) = stream.documents().next().filter(|document| !document.root().is_null()) else {
        return Ok(Value::mapping());
    };
    let number = file.unwrap_or(Origin::NONE.file);
    let mut value =
        document.root().to_value_with_old_booleans(number).map_err(|error| ChartError::file(path, error))?;
    if file.is_none() {
        value.set_origins(Origin::NONE);
    }
    match value.content {
        Content::Mapping(_) => Ok(value),
        _ => Err(ChartError::file(path, "values are one mapping")),
    }
}

fn read_schema(path: &RepoPath, content: &[u8]) -> Result<Json, ChartError> {
    serde_json::from_slice(content).map_err(|error| ChartError::file(path, error))
}
