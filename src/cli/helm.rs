//! Helm on this machine: the charts in its cache, and the program.
//!
//! Must not know what charts are for.
#![expect(clippy::disallowed_methods, reason = "the command line knows the environment and the user's folders")]

use std::{env, ffi::OsString, fs, path::PathBuf, sync::Arc};

use crate::helm::ArchiveStore;

/// The largest archive that is read from the cache.
const MAX_ARCHIVE_BYTES: u64 = 64 * 1024 * 1024;

/// Helm's cache of charts, if there is one.
pub fn cache() -> Option<Arc<dyn ArchiveStore>> {
    let folder = cache_folder(&|name| env::var_os(name).filter(|value| !value.is_empty()))?;
    folder.is_dir().then(|| Arc::new(Cache { folder }) as Arc<dyn ArchiveStore>)
}

/// The `helm` on the PATH, absolute.
pub fn program() -> Option<PathBuf> {
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths).map(|folder| folder.join("helm")).find(|helm| helm.is_absolute() && is_program(helm))
}

/// Where Helm keeps charts: named for that, below its cache, or below the user's.
fn cache_folder(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let own = || variable("HELM_REPOSITORY_CACHE").map(PathBuf::from);
    let helm = || variable("HELM_CACHE_HOME").map(|home| PathBuf::from(home).join("repository"));
    let user = || variable("XDG_CACHE_HOME").map(|home| PathBuf::from(home).join("helm/repository"));
    let inner = if cfg!(target_os = "macos") { "Library/Caches/helm/repository" } else { ".cache/helm/repository" };
    own().or_else(helm).or_else(user).or_else(|| Some(PathBuf::from(variable("HOME")?).join(inner)))
}

#[cfg(unix)]
fn is_program(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &std::path::Path) -> bool {
    path.is_file()
}

struct Cache {
    folder: PathBuf,
}

impl ArchiveStore for Cache {
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let path = self.folder.join(name);
        let length = fs::metadata(&path).map_err(|error| error.to_string())?.len();
        if length > MAX_ARCHIVE_BYTES {
            return Err(format!("it has more than {} MiB", MAX_ARCHIVE_BYTES / 1024 / 1024));
        }
        fs::read(&path).map_err(|error| error.to_string())
    }
}
