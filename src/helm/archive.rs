//! Chart archives: gzip around tar, unpacked in memory.
//!
//! Archives are untrusted: their size, the number of their files and every path are bounded, and nothing is ever written. The limits and the refusals are those of
//! Helm's own loader. Must not know what the files mean.

use std::io::Read;

use flate2::read::GzDecoder;
use tar::{Archive, EntryType};

use crate::path::RepoPath;

/// The largest file of a chart that is read, as in Helm.
pub const MAX_CHART_FILE_BYTES: u64 = 5 * 1024 * 1024;
/// The most that a chart may unpack to, as in Helm.
const MAX_CHART_BYTES: u64 = 100 * 1024 * 1024;
/// The most files and directories of a chart. The largest public charts have some 2,000.
const MAX_CHART_ENTRIES: usize = 20_000;
/// What tar puts before and behind a file, at most, long names aside.
const HEADER_BYTES: u64 = 1024;

/// A file of a chart: its path below the chart's folder, and its bytes.
pub type ChartFile = (RepoPath, Vec<u8>);

/// Why an archive is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// It is no gzip, or no tar, or is cut off.
    #[error("it is no archive of a chart: {0}")]
    Unreadable(String),
    /// It unpacks to too much.
    #[error("it unpacks to more than {} MiB", MAX_CHART_BYTES / 1024 / 1024)]
    TooLarge,
    /// One file is too large.
    #[error("`{0}` in it has more than {limit} MiB", limit = MAX_CHART_FILE_BYTES / 1024 / 1024)]
    FileTooLarge(String),
    /// It has too many entries.
    #[error("it holds more than {MAX_CHART_ENTRIES} files")]
    TooManyFiles,
    /// A path that leads out of the chart, or that no chart has.
    #[error("`{0}` in it is no path inside of the chart's folder")]
    Path(String),
    /// A link, a device or the like.
    #[error("`{0}` in it is no regular file")]
    Irregular(String),
    /// There is nothing in it.
    #[error("it holds no files")]
    Empty,
}

/// Unpacks a chart archive: its files in the order of their paths. All lie in one folder, whose name is dropped.
pub fn unpack(bytes: &[u8]) -> Result<Vec<ChartFile>, ArchiveError> {
    let unreadable = |error: std::io::Error| ArchiveError::Unreadable(error.to_string());
    // Headers and padding are bounded as well, or an archive of nothing but headers would never end.
    let limit = MAX_CHART_BYTES + MAX_CHART_ENTRIES as u64 * HEADER_BYTES;
    let mut archive = Archive::new(GzDecoder::new(bytes).take(limit));
    let mut files: Vec<ChartFile> = Vec::new();
    let mut left = MAX_CHART_BYTES;
    for (count, entry) in archive.entries().map_err(unreadable)?.enumerate() {
        let mut entry = entry.map_err(unreadable)?;
        if count >= MAX_CHART_ENTRIES {
            return Err(ArchiveError::TooManyFiles);
        }
        let kind = entry.header().entry_type();
        if kind == EntryType::Directory || kind == EntryType::XGlobalHeader {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = inner_path(&name)?;
        if !kind.is_file() {
            return Err(ArchiveError::Irregular(name));
        }
        let size = entry.size();
        if size > MAX_CHART_FILE_BYTES {
            return Err(ArchiveError::FileTooLarge(name));
        }
        left = left.checked_sub(size).ok_or(ArchiveError::TooLarge)?;
        let mut content = Vec::new();
        entry.by_ref().take(MAX_CHART_FILE_BYTES + 1).read_to_end(&mut content).map_err(unreadable)?;
        files.push((path, without_bom(content)));
    }
    if files.is_empty() {
        return Err(ArchiveError::Empty);
    }
    // Where a path stands twice the last one counts.
    files.reverse();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files.dedup_by(|(later, _), (kept, _)| later == kept);
    Ok(files)
}

/// The path behind the name of the chart's folder.
fn inner_path(name: &str) -> Result<RepoPath, ArchiveError> {
    let refused = || ArchiveError::Path(name.to_owned());
    let slashed = name.replace('\\', "/");
    let drive = slashed.get(1..2) == Some(":");
    if slashed.starts_with('/') || drive || slashed.split('/').any(|part| part == "..") {
        return Err(refused());
    }
    let path = RepoPath::new(&slashed).map_err(|_| refused())?;
    let (_, inner) = path.as_str().split_once('/').ok_or_else(refused)?;
    RepoPath::new(inner).map_err(|_| refused())
}

/// Helm drops the mark at the beginning of a text.
pub(super) fn without_bom(mut content: Vec<u8>) -> Vec<u8> {
    if content.starts_with(b"\xef\xbb\xbf") {
        content.drain(..3);
    }
    content
}
