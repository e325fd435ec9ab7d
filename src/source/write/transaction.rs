//! One write from staging to the last rename, and how it is ended if it was interrupted.
//!
//! Every step can be taken back until all are done, and every step of the way forward can be repeated. Must not know what the files hold.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::{
    WriteError,
    check::absolute,
    disk::Disk,
    journal::{Journal, Recorded, digest},
};
use crate::{
    path::RepoPath,
    source::{EntryKind, Plan, Planned, SourceView, WorkTree},
};

/// What is done, as far as it must be known to end it later.
pub(super) struct Transaction {
    root: PathBuf,
    /// Tells the temporary files of this write from those of another.
    id: String,
    /// Directories that are made for it, those above first.
    directories: Vec<RepoPath>,
    steps: Vec<Step>,
}

struct Step {
    path: RepoPath,
    /// The digest of the old content; `None` if there is no file.
    before: Option<String>,
    /// The digest of the new content; `None` if the file goes away.
    after: Option<String>,
}

/// How a write ended.
pub(super) struct Ended {
    /// Whether the new tree is there, or the old one.
    pub(super) result: Result<(), WriteError>,
    /// Whether nothing is left to be done, so that the journal can go.
    pub(super) tidy: bool,
}

/// The journal's first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    format: u32,
    id: String,
    directories: Vec<String>,
    files: Vec<(String, Option<String>, Option<String>)>,
}

impl Transaction {
    pub(super) fn new(root: &Path, plan: &Plan, directories: Vec<RepoPath>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let step = |planned: &Planned| Step {
            path: planned.path.clone(),
            before: planned.before.as_deref().map(digest),
            after: planned.after.as_deref().map(digest),
        };
        let steps = plan.files().iter().map(step).collect();
        Self { root: root.to_path_buf(), id: format!("{now:x}-{:x}", std::process::id()), directories, steps }
    }

    pub(super) fn to_line(&self) -> Vec<u8> {
        let line = Line {
            format: 1,
            id: self.id.clone(),
            directories: self.directories.iter().map(|path| path.as_str().to_owned()).collect(),
            files: self
                .steps
                .iter()
                .map(|step| (step.path.as_str().to_owned(), step.before.clone(), step.after.clone()))
                .collect(),
        };
        let mut bytes = serde_json::to_vec(&line).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Reads a line that [`Self::to_line`] wrote. Anything else, such as a path out of the tree, is not one.
    pub(super) fn from_line(root: &Path, line: &[u8]) -> Option<Self> {
        let line: Line = serde_json::from_slice(line).ok()?;
        let is_id = line.id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
        if line.format != 1 || !is_id {
            return None;
        }
        let directories = line.directories.iter().map(|path| RepoPath::new(path).ok()).collect::<Option<_>>()?;
        let step = |(path, before, after): (String, Option<String>, Option<String>)| {
            Some(Step { path: RepoPath::new(&path).ok()?, before, after })
        };
        let steps = line.files.into_iter().map(step).collect::<Option<_>>()?;
        Some(Self { root: root.to_path_buf(), id: line.id, directories, steps })
    }

    /// Does the whole of it, or takes it back.
    pub(super) fn run(&self, disk: &Disk<'_>, journal: &mut Journal, plan: &Plan) -> Ended {
        if let Err(error) = self.stage(disk, plan).and_then(|()| journal.decide(disk)) {
            return self.take_back(disk, journal, 0, error);
        }
        for done in 0..self.steps.len() {
            if let Err(error) = self.replace(disk, done) {
                return self.take_back(disk, journal, done, error);
            }
        }
        // The new tree is there; a failure to tidy up is no failure of the write.
        Ended { result: Ok(()), tidy: self.tidy(disk).is_ok() }
    }

    /// Brings the old tree back after `done` files were replaced and `error` stopped the next step.
    fn take_back(&self, disk: &Disk<'_>, journal: &mut Journal, done: usize, error: WriteError) -> Ended {
        // Until the decision is taken back, whoever finds the journal goes forward, which still is possible.
        match self.restore(disk, done).and_then(|()| journal.rescind(disk)) {
            Ok(()) => Ended { result: Err(error), tidy: self.unstage(disk).is_ok() },
            Err(_) => Ended { result: Err(WriteError::HalfDone { error: Box::new(error) }), tidy: false },
        }
    }

    /// Makes directories, new contents and second names of old files.
    fn stage(&self, disk: &Disk<'_>, plan: &Plan) -> Result<(), WriteError> {
        for directory in &self.directories {
            disk.create_directory(&absolute(&self.root, directory))?;
        }
        for (at, (step, planned)) in self.steps.iter().zip(plan.files()).enumerate() {
            let target = absolute(&self.root, &step.path);
            let permissions = target.symlink_metadata().ok().map(|metadata| metadata.permissions());
            if let Some(content) = &planned.after {
                disk.create(&self.temporary(at, "new"), content, permissions)?;
            }
            if step.before.is_some() {
                disk.link(&target, &self.temporary(at, "old"))?;
            }
        }
        let staged = self.steps.iter().enumerate().filter(|(_, step)| step.after.is_some());
        disk.sync_files(&staged.map(|(at, _)| self.temporary(at, "new")).collect::<Vec<_>>())?;
        self.sync(disk)
    }

    /// Takes staging back. The tree itself is the old one.
    fn unstage(&self, disk: &Disk<'_>) -> Result<(), WriteError> {
        for at in 0..self.steps.len() {
            disk.remove(&self.temporary(at, "new"))?;
            disk.remove(&self.temporary(at, "old"))?;
        }
        for directory in self.directories.iter().rev() {
            disk.remove_directory(&absolute(&self.root, directory))?;
        }
        Ok(())
    }

    /// Brings one file into its new state.
    fn replace(&self, disk: &Disk<'_>, at: usize) -> Result<(), WriteError> {
        let Some(step) = self.steps.get(at) else { return Ok(()) };
        let target = absolute(&self.root, &step.path);
        match step.after {
            Some(_) => disk.rename(&self.temporary(at, "new"), &target),
            None => disk.remove(&target),
        }
    }

    /// Brings the first files back into their old state. The new contents stay staged, so that a process that dies here can still go forward.
    fn restore(&self, disk: &Disk<'_>, done: usize) -> Result<(), WriteError> {
        for at in (0..done).rev() {
            let Some(step) = self.steps.get(at) else { continue };
            let target = absolute(&self.root, &step.path);
            if step.after.is_some() {
                disk.rename(&target, &self.temporary(at, "new"))?;
            }
            match (&step.before, &step.after) {
                (None, _) => {}
                (Some(_), Some(_)) => disk.rename(&self.temporary(at, "old"), &target)?,
                // The second name stays: without it the removal would count as done.
                (Some(_), None) => disk.link(&self.temporary(at, "old"), &target)?,
            }
        }
        self.sync(disk)
    }

    /// Ends a write whose files are all in their new state: makes the names durable, drops the old files and the directories that are empty now.
    fn tidy(&self, disk: &Disk<'_>) -> Result<(), WriteError> {
        self.sync(disk)?;
        for (at, step) in self.steps.iter().enumerate() {
            disk.remove(&self.temporary(at, "old"))?;
            if step.after.is_some() {
                continue;
            }
            let mut above = step.path.parent();
            while let Some(directory) = above.filter(|directory| !directory.is_root()) {
                let path = absolute(&self.root, &directory);
                disk.remove_directory(&path)?;
                if path.exists() {
                    break;
                }
                above = directory.parent();
            }
        }
        Ok(())
    }

    /// Ends an interrupted write whose files were all staged, unless somebody changed one of them since.
    fn carry_through(&self, disk: &Disk<'_>, journal: &Journal) -> Result<(), WriteError> {
        let tree = WorkTree::new(&self.root).map_err(|cause| WriteError::disk("open", &self.root, &cause))?;
        let mut open = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let content = tree.read(&step.path)?.map(|content| digest(&content));
            let pending = match step.after {
                Some(_) => self.temporary(at, "new").exists(),
                None => self.temporary(at, "old").exists() && content.is_some(),
            };
            if !pending {
                continue;
            }
            let in_tree = step.path.parent().map(|parent| tree.kind(&parent)).transpose()?.flatten();
            let known = content.is_none() || content == step.before || content == step.after;
            if in_tree != Some(EntryKind::Directory) || !known {
                return Err(WriteError::Interrupted { path: step.path.clone(), journal: journal.name() });
            }
            open.push(at);
        }
        for at in open {
            self.replace(disk, at)?;
        }
        self.tidy(disk)
    }

    /// Makes all names durable.
    fn sync(&self, disk: &Disk<'_>) -> Result<(), WriteError> {
        let mut directories: BTreeSet<_> = self.steps.iter().filter_map(|step| step.path.parent()).collect();
        directories.extend(self.directories.iter().filter_map(RepoPath::parent));
        let paths = directories.iter().map(|directory| absolute(&self.root, directory));
        paths.filter(|path| path.exists()).try_for_each(|path| disk.sync_directory(&path))
    }

    /// The name of a temporary file beside the target of a step.
    fn temporary(&self, at: usize, what: &str) -> PathBuf {
        let directory = self.steps.get(at).and_then(|step| step.path.parent()).unwrap_or_else(RepoPath::root);
        absolute(&self.root, &directory).join(format!(".treewright-{}-{at}.{what}", self.id))
    }
}

/// Ends what an earlier run left in the journal; returns whether that was anything.
pub(super) fn end_interrupted(disk: &Disk<'_>, journal: &mut Journal) -> Result<bool, WriteError> {
    match journal.read()? {
        Recorded::Nothing => {
            journal.forget(disk)?;
            return Ok(false);
        }
        Recorded::Begun(transaction) => transaction.unstage(disk)?,
        Recorded::Decided(transaction) => transaction.carry_through(disk, journal)?,
    }
    journal.forget(disk)?;
    Ok(true)
}
