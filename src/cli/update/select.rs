//! The instances that are meant, with the blueprint of each.
//!
//! Must not know what is done with them.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crate::{
    blueprint::{Blueprint, Locked, Locks, LocksError},
    cli::{error::CliError, new::blueprint, terminal::Terminal},
    path::RepoPath,
    source::SourceView,
    text::nearest,
};

/// Instances and their blueprints.
pub(in crate::cli) struct Selection {
    /// The instances, by name.
    pub instances: Vec<Locked>,
    /// The directories of all instances of the repository.
    pub directories: Vec<RepoPath>,
    blueprints: BTreeMap<String, Arc<Blueprint>>,
}

impl Selection {
    /// Reads the lock files of a view; `names` are instances or their directories, all of them if none is named. `folder` takes the place of the blueprint that the lock
    /// names.
    pub fn of(
        view: &dyn SourceView,
        names: &[String],
        folder: Option<&str>,
        start: &Path,
        terminal: &Terminal,
    ) -> Result<Self, CliError> {
        let locks = Locks::read(view).map_err(|error| match &error {
            LocksError::Lock { error: inner, .. } => CliError::new(error.to_string()).hint(inner.hint()),
            LocksError::Source(_) => CliError::new(error.to_string()),
        })?;
        let directories = locks.instances.values().flat_map(directories_of).collect();
        let mut instances: Vec<Locked> = Vec::new();
        for name in names {
            let directory = name.trim_end_matches('/');
            let found = locks.instances.values().find(|locked| locked.name == *name || lies_in(locked, directory));
            let Some(found) = found else {
                let known = locks.instances.keys().map(String::as_str);
                let hint = nearest(name, known).map_or_else(
                    || "`treewright status` lists all".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(CliError::new(format!("there is no instance `{name}`")).hint(hint));
            };
            if !instances.iter().any(|locked| locked.name == found.name) {
                instances.push(found.clone());
            }
        }
        if names.is_empty() {
            instances = locks.instances.into_values().collect();
        }
        let mut blueprints = BTreeMap::new();
        for locked in &instances {
            if !blueprints.contains_key(&locked.blueprint) {
                let name = folder.unwrap_or(&locked.blueprint);
                match blueprint(name, Some(view), start, terminal) {
                    Ok(found) => drop(blueprints.insert(locked.blueprint.clone(), Arc::new(found))),
                    Err(error) if folder.is_some() || !names.is_empty() => return Err(error.hint(FOLDER)),
                    // The others are looked at all the same.
                    Err(error) => drop(error.hint(FOLDER).report(terminal)),
                }
            }
        }
        Ok(Self { instances, directories, blueprints })
    }

    /// The blueprint of an instance; `None` if there is none of its name.
    pub fn blueprint(&self, locked: &Locked) -> Option<&Blueprint> {
        self.blueprints.get(&locked.blueprint).map(Arc::as_ref)
    }

    /// The directories of the other instances.
    pub fn others(&self, locked: &Locked) -> Vec<RepoPath> {
        let own = directories_of(locked);
        self.directories.iter().filter(|path| !own.contains(path)).cloned().collect()
    }
}

fn directories_of(locked: &Locked) -> Vec<RepoPath> {
    locked.layout().directories().into_iter().map(|(_, directory)| directory).collect()
}

fn lies_in(locked: &Locked, directory: &str) -> bool {
    directories_of(locked).iter().any(|own| own.as_str() == directory)
}

const FOLDER: &str = "name its folder with --blueprint";
