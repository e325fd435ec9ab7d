//! What of a view has to be rendered to compare it with another one.
//!
//! Owns the one question whether a unit may be left out: none of the files that it can read differs, nobody needs what it holds, and it names nothing that differs.
//! What it can read is told from the text alone, and always too much rather than too little. Must not know what is compared.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, PoisonError},
};

use smol_str::SmolStr;

use super::{Ground, UnitId, declared, ground::objects_in};
use crate::{
    argo,
    flux::group,
    path::RepoPath,
    yaml::{Stream, Value, print::readable},
};

/// What differs between two views, and what has to be rendered because of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The files that are not the same in both views.
    pub files: BTreeSet<RepoPath>,
    /// Units that are not the same in both.
    pub units: BTreeSet<UnitId>,
    /// Names of objects that are not the same in both: what mentions them may change along.
    pub names: BTreeSet<SmolStr>,
    /// Kind and name of what somebody asked for; an empty name stands for all of that kind.
    pub wanted: BTreeSet<(SmolStr, SmolStr)>,
}

/// The groups of what declares units.
const DECLARING_GROUPS: [&str; 3] = [group::KUSTOMIZE, group::OPERATOR, argo::GROUP];

/// What a directory can read when it is built.
#[derive(Debug, Default)]
struct Footprint {
    /// Directories of which anything may be read.
    directories: BTreeSet<RepoPath>,
    /// Files elsewhere.
    files: BTreeSet<RepoPath>,
    /// Whether nobody can tell.
    is_open: bool,
}

/// Whether units may be left out.
#[derive(Debug)]
pub(super) struct Judge<'t> {
    touched: &'t Touched,
    ground: &'t Ground<'t>,
    /// Of each file that was looked at: whether it names what differs, or holds what is wanted.
    files: Mutex<HashMap<RepoPath, bool>>,
}

impl<'t> Judge<'t> {
    pub(super) fn new(touched: &'t Touched, ground: &'t Ground<'t>) -> Self {
        Self { touched, ground, files: Mutex::default() }
    }

    /// Whether what a unit makes of a directory is surely the same in both views. `declared` is the object that declares it, if there is one: then what the directory
    /// holds may in turn declare units, and what follows from those depends on it. It need not be whole there, as whoever applies the directory may patch it.
    pub(super) fn may_leave_out(&self, id: &UnitId, declared: Option<&Value>, directory: &RepoPath) -> bool {
        if self.touched.units.contains(id) || declared.is_some_and(|declared| self.mentions(&readable::flow(declared)))
        {
            return false;
        }
        let footprint = self.footprint(directory);
        let declares = || self.files(&footprint).any(|(_, stream)| may_declare(stream));
        !footprint.is_open
            && !self.is_touched(&footprint)
            && !self.is_needed(&footprint)
            && (declared.is_none() || !declares())
    }

    fn is_touched(&self, footprint: &Footprint) -> bool {
        self.touched.files.iter().any(|file| {
            let mut above = Some(file.clone());
            while let Some(path) = above {
                // What is missing may become a directory.
                if footprint.files.contains(&path) || footprint.directories.contains(&path) {
                    return true;
                }
                above = path.parent();
            }
            footprint.directories.contains(&RepoPath::root())
        })
    }

    /// The directory, everything below it that is a kustomization, and whatever those name.
    fn footprint(&self, directory: &RepoPath) -> Footprint {
        let mut footprint = Footprint::default();
        let mut pending = vec![directory.clone()];
        let below = self.ground.kustomizations.range(directory.clone()..).map(|(path, _)| path);
        pending.extend(
            below
                .take_while(|path| path.as_str().starts_with(directory.as_str()))
                .filter(|path| path.is_under(directory))
                .cloned(),
        );
        while let Some(directory) = pending.pop() {
            if !footprint.directories.insert(directory.clone()) {
                continue;
            }
            let Some(takes) = self.ground.kustomizations.get(&directory) else { continue };
            footprint.is_open |= takes.is_open || takes.files.iter().any(|file| self.stream(file).is_none());
            footprint.files.extend(takes.files.iter().chain(&takes.inputs).cloned());
            pending.extend(takes.directories.iter().cloned());
        }
        footprint
    }

    fn stream(&self, path: &RepoPath) -> Option<&Stream> {
        let at = self.ground.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        self.ground.files.get(at).map(|file| file.stream)
    }

    /// The files of a footprint that can be read.
    fn files<'a>(&'a self, footprint: &'a Footprint) -> impl Iterator<Item = (&'a RepoPath, &'a Stream)> {
        let below = footprint.directories.iter().flat_map(|directory| self.ground.files_below(directory));
        let own = below.map(|file| (file.path, file.stream));
        own.chain(footprint.files.iter().filter_map(|path| Some((path, self.stream(path)?))))
    }

    /// Whether a file of a footprint names what differs, or holds what is wanted.
    fn is_needed(&self, footprint: &Footprint) -> bool {
        self.files(footprint).any(|(path, stream)| {
            let known = self.known().get(path).copied();
            known.unwrap_or_else(|| {
                let is_telling = self.mentions(stream.text().as_str()) || self.provides(stream);
                self.known().insert(path.clone(), is_telling);
                is_telling
            })
        })
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<RepoPath, bool>> {
        // Entries are only ever inserted, so a panic elsewhere leaves the map whole.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a text names something that differs, or puts together a name that nobody can tell.
    fn mentions(&self, text: &str) -> bool {
        let names = &self.touched.names;
        !names.is_empty() && (names.iter().any(|name| text.contains(name.as_str())) || composes_names(text))
    }

    /// Whether a file holds something that is wanted.
    fn provides(&self, stream: &Stream) -> bool {
        if self.touched.wanted.is_empty() {
            return false;
        }
        let text = stream.text().as_str();
        let mut kinds: BTreeSet<SmolStr> = objects_in(stream).map(|(id, _)| id.kind).collect();
        if text.contains("configMapGenerator") {
            kinds.insert("ConfigMap".into());
        }
        if text.contains("secretGenerator") || kinds.iter().any(|kind| makes_secrets(kind)) {
            kinds.insert("Secret".into());
        }
        let renames = || composes_names(text) || ["namePrefix", "nameSuffix"].iter().any(|word| text.contains(word));
        self.touched.wanted.iter().any(|(kind, name)| {
            let is_named = || name.is_empty() || text.contains(name.as_str()) || renames();
            // A kustomization may rename what another file holds.
            (kinds.contains(kind) || text.contains("namePrefix") || text.contains("nameSuffix")) && is_named()
        })
    }
}

/// Whether objects of a file may declare units, as they stand or patched.
fn may_declare(stream: &Stream) -> bool {
    let text = stream.text().as_str();
    let is_named = || {
        let mut objects = objects_in(stream);
        objects.any(|(id, _)| id.kind != "HelmRelease" && declared::may_declare(&id.group, &id.kind))
    };
    // Of charts, only that of a FluxInstance declares something.
    text.contains("flux-instance") || DECLARING_GROUPS.iter().any(|group| text.contains(group)) && is_named()
}

/// Whether controllers make Secrets from objects of this kind.
fn makes_secrets(kind: &str) -> bool {
    kind.contains("Secret") || matches!(kind, "Certificate" | "OnePasswordItem")
}

/// Whether a name in a text holds a variable.
fn composes_names(text: &str) -> bool {
    text.contains("${")
        && text.lines().any(|line| line.contains("${") && (line.contains("ame:") || line.contains("ame\":")))
}
