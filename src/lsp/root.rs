//! The folder that is served, and how its files are named in the protocol.
//!
//! Must not know documents.

use std::path::{Path, PathBuf};

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::path::RepoPath;

/// What may stand in a path as it is (RFC 3986).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The root of a repository.
#[derive(Clone, Debug)]
pub(super) struct Root {
    /// As the editor spells it, perhaps by way of symbolic links: it must find its own documents again.
    spelled: PathBuf,
    /// Without symbolic links.
    real: PathBuf,
}

impl Root {
    /// The root around a folder of the editor.
    pub(super) fn around(folder: &Path, root_of: fn(&Path) -> PathBuf) -> Self {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (folder_without_links, root) = (real(folder), real(&root_of(folder)));
        let depth = folder_without_links.strip_prefix(&root).map(|below| below.components().count());
        let spelled = depth.ok().and_then(|depth| folder.ancestors().nth(depth)).unwrap_or(&root).to_owned();
        // Only if it leads to the same place; `..` or a link on the way may betray the count.
        let spelled = if real(&spelled) == root { spelled } else { root.clone() };
        Self { spelled, real: root }
    }

    /// The directory on disk.
    pub(super) fn directory(&self) -> &Path {
        &self.real
    }

    /// The name of a file in the protocol.
    pub(super) fn uri(&self, path: &RepoPath) -> Option<Uri> {
        let mut absolute = self.spelled.clone();
        absolute.extend(path.components());
        let text = absolute.to_str()?.replace('\\', "/");
        let slash = if text.starts_with('/') { "" } else { "/" };
        format!("file://{slash}{}", utf8_percent_encode(&text, KEPT)).parse().ok()
    }

    /// The path of a file that the protocol names; `None` for what lies elsewhere.
    pub(super) fn path(&self, uri: &Uri) -> Option<RepoPath> {
        let path = file_of(uri)?;
        let real = || path.canonicalize().unwrap_or_else(|_| path.clone());
        let below = path.strip_prefix(&self.spelled).or_else(|_| path.strip_prefix(&self.real)).map(Path::to_owned);
        let below = below.or_else(|_| real().strip_prefix(&self.real).map(Path::to_owned)).ok()?;
        RepoPath::new(&below.to_str()?.replace('\\', "/")).ok().filter(|path| !path.is_root())
    }
}

/// The file that a URI names.
pub(super) fn file_of(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = percent_decode_str(rest.get(rest.find('/')?..)?).decode_utf8().ok()?.into_owned();
    // `/C:/work` on Windows.
    let is_drive = cfg!(windows) && path.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if is_drive { path.trim_start_matches('/') } else { &path }))
}
